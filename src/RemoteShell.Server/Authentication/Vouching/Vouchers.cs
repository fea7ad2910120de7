using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication.Vouching;

/// <summary>The proofs that were accepted: which keys of ssh stand behind which keys of TLS. Thread-safe.</summary>
/// <remarks>
/// A client that connects again needs no other proof, as long as it has another connection, or the key of ssh a remembered job. What the
/// key of ssh may do is decided for each connection.
/// </remarks>
/// <param name="file">Keeps them over a restart.</param>
/// <param name="hasJobs">Whether the server remembers a job of a key of ssh.</param>
internal sealed class Vouchers(VoucherFile file, Func<PublicKey, bool> hasJobs)
{
    // A user has few machines. Beyond that, the oldest proof of the key is forgotten.
    private const int MaxOfKey = 64;

    private readonly Lock _gate = new();

    // Guarded by _gate: the oldest first. Read from the file at the first use: the jobs of before must be known then.
    private List<Voucher>? _known;

    private List<Voucher> Known => _known ??= [.. file.Read().Select(voucher => new Voucher(voucher.Client, voucher.Key))];

    /// <summary>A key of ssh that stands behind a key of TLS; null if it is not known to do so.</summary>
    /// <param name="client">The key of TLS.</param>
    /// <param name="fingerprint">The fingerprint of the key of ssh.</param>
    public VouchedKey? Find(PublicKey client, string fingerprint)
    {
        lock (_gate)
        {
            Voucher? voucher = Known.Find(one => one.Client.Equals(client) && one.Key.Key.Fingerprint == fingerprint);
            return voucher is not null && IsNeeded(voucher) ? voucher.Key : null;
        }
    }

    /// <summary>The keys of ssh that stand behind a key of TLS, and are known by a name that the client gives them.</summary>
    /// <param name="client">The key of TLS.</param>
    /// <param name="name">The name (<see cref="KeyName"/>).</param>
    public IReadOnlyList<VouchedKey> FindNamed(PublicKey client, string name)
    {
        string? authority = KeyName.AuthorityIn(name);
        lock (_gate)
        {
            return
            [
                .. from one in Known
                   where one.Client.Equals(client)
                       && (authority is null
                           ? one.Key.Key.Fingerprint == name
                           : one.Key.Certificate?.Authority.Fingerprint == authority)
                       && IsNeeded(one)
                   select one.Key,
            ];
        }
    }

    /// <summary>The proofs that were accepted for a key of ssh.</summary>
    public IReadOnlyList<VouchedKey> Of(PublicKey key)
    {
        lock (_gate)
            return [.. Known.Select(voucher => voucher.Key).Where(vouched => vouched.Key.Equals(key))];
    }

    /// <summary>Notes that a connection of a client begins.</summary>
    public void Enter(PublicKey client, VouchedKey key)
    {
        lock (_gate)
        {
            Voucher? known = Known.Find(one => one.IsOf(client, key));
            bool isSame = known?.Key.IsSame(key) == true;
            if (known is not null)
                Known.Remove(known);
            Known.Add(new(client, key) { Connections = (known?.Connections ?? 0) + 1 });
            if (isSame)
                return;
            Known.RemoveAll(one => !IsNeeded(one));
            List<Voucher> ofKey = Known.FindAll(one => one.Key.Key.Equals(key.Key));
            foreach (Voucher old in ofKey.Take(ofKey.Count - MaxOfKey))
                Known.Remove(old);
            Write();
        }
    }

    /// <summary>Notes that a connection of a client has ended.</summary>
    public void Leave(PublicKey client, VouchedKey key)
    {
        lock (_gate)
        {
            if (Known.Find(one => one.IsOf(client, key)) is not { } known)
                return;
            known.Connections--;
            // A job that begins later does not bring the proof back.
            if (IsNeeded(known))
                return;
            Known.Remove(known);
            Write();
        }
    }

    private void Write() => file.Write(Known.Select(one => (one.Client, one.Key)));

    private bool IsNeeded(Voucher voucher) => voucher.Connections > 0 || hasJobs(voucher.Key.Key);

    private sealed class Voucher(PublicKey client, VouchedKey key)
    {
        public PublicKey Client => client;

        public VouchedKey Key => key;

        public int Connections { get; set; }

        public bool IsOf(PublicKey other, VouchedKey behind) => client.Equals(other) && key.Key.Equals(behind.Key);
    }
}
