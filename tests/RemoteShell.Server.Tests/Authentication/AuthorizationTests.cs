using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Server.Tests.Authentication;

public class AuthorizationTests
{
    // RFC 5737: no client has such an address.
    private const string Elsewhere = "from=\"203.0.113.0/24\"";
    private const string Past = "expiry-time=\"20200101\"";

    [Theory]
    [InlineData(Elsewhere)]
    [InlineData(Past)]
    [InlineData($"{Past},{Elsewhere}")]
    public async Task First_line_that_permits_the_client_counts_with_its_own_options(string first)
    {
        await using var server = new TestServer();
        Write(server, first, "no-notify", "");
        await using RemoteShellClient client = await server.ConnectAsync();
        var refusal = await Assert.ThrowsAsync<RequestRefusedException>(() => client.NotifyAsync("a notice").Within());
        Assert.Equal(ErrorCode.Forbidden, refusal.Code);
        Assert.Contains(server.Log, line => line.EndsWith(" line 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Client_that_no_line_permits_gets_the_reason_of_the_first_line()
    {
        await using var server = new TestServer();
        Write(server, Past, Elsewhere);
        Assert.Contains("expired", (await RefusalAsync(server)).Message);
    }

    [Fact]
    public async Task Client_is_refused_while_the_file_cannot_be_trusted_and_allowed_afterwards()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs Unix file modes");
            return;
        }

        await using var server = new TestServer();
        string file = server.AuthorizedKeys.Path;
        UnixFileMode mode = File.GetUnixFileMode(file);
        File.SetUnixFileMode(file, mode | UnixFileMode.OtherWrite);
        Assert.Contains("cannot read its list", (await RefusalAsync(server)).Message);
        Assert.Contains(server.Log, line => line.Contains("can be written by others", StringComparison.Ordinal));
        File.SetUnixFileMode(file, mode);
        await using RemoteShellClient client = await server.ConnectAsync();
    }

    private static void Write(TestServer server, params string[] options) => File.WriteAllLines(
        server.AuthorizedKeys.Path,
        options.Select((text, i) => $"{text} {server.Identity.PublicKey} line {i + 1}"));

    private static Task<UnauthorizedException> RefusalAsync(TestServer server)
        => Assert.ThrowsAsync<UnauthorizedException>(server.ConnectAsync);
}
