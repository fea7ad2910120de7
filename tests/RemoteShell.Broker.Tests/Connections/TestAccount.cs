using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using NATS.NKeys;

namespace RemoteShell.Broker.Tests.Connections;

/// <summary>An account of a NATS server whose users have signed tokens, as nsc(1) makes it.</summary>
internal sealed class TestAccount
{
    private readonly KeyPair _account = KeyPair.CreatePair(PrefixByte.Account);

    public TestAccount()
    {
        using KeyPair owner = KeyPair.CreatePair(PrefixByte.Operator);
        // JetStream needs an account of the system.
        using KeyPair system = KeyPair.CreatePair(PrefixByte.Account);
        Configuration = $$"""
            operator: {{Token(owner, owner.GetPublicKey(), "operator", "")}}
            system_account: {{system.GetPublicKey()}}
            resolver: MEMORY
            resolver_preload: {
              {{_account.GetPublicKey()}}: {{AccountToken(owner, _account)}}
              {{system.GetPublicKey()}}: {{AccountToken(owner, system)}}
            }
            """;
    }

    /// <summary>The part of the server's configuration.</summary>
    public string Configuration { get; }

    /// <summary>The text of a .creds file of a new user.</summary>
    public string CreateUser()
    {
        using KeyPair user = KeyPair.CreatePair(PrefixByte.User);
        string token = Token(_account, user.GetPublicKey(), "user", ",\"subs\":-1,\"data\":-1,\"payload\":-1");
        return $"""
            -----BEGIN NATS USER JWT-----
            {token}
            ------END NATS USER JWT------

            ************************* IMPORTANT *************************
            NKEY Seed printed below can be used to sign and prove identity.

            -----BEGIN USER NKEY SEED-----
            {user.GetSeed()}
            ------END USER NKEY SEED------

            """;
    }

    private static string AccountToken(KeyPair owner, KeyPair account) => Token(
        owner, account.GetPublicKey(), "account", ",\"limits\":{\"subs\":-1,\"conn\":-1,\"leaf\":-1,\"data\":-1,\"payload\":-1}");

    private static string Token(KeyPair issuer, string subject, string type, string more)
    {
        string id = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        string claims = $"{{\"jti\":\"{id}\",\"iat\":1700000000,\"iss\":\"{issuer.GetPublicKey()}\",\"name\":\"test\","
            + $"\"sub\":\"{subject}\",\"nats\":{{\"type\":\"{type}\",\"version\":2{more}}}}}";
        string text = $"{Encode("{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}"u8)}.{Encode(Encoding.UTF8.GetBytes(claims))}";
        byte[] signature = new byte[64];
        issuer.Sign(Encoding.ASCII.GetBytes(text), signature);
        return $"{text}.{Encode(signature)}";
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
