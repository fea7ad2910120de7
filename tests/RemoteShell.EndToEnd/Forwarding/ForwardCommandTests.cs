using System.Net;

namespace RemoteShell.EndToEnd.Forwarding;

/// <summary><c>rsh-client forward</c> with a real web server, and real SOCKS clients.</summary>
public sealed class ForwardCommandTests : IAsyncLifetime
{
    private const int PageSize = 20_000;

    private Programs _programs = null!;
    private WebServer _web = null!;

    // The runtime of programs that are not native takes too long for more.
    private static int Many => Programs.AreNative ? 500 : 50;

    public async ValueTask InitializeAsync()
    {
        _web = await WebServer.StartAsync();
        _programs = await Programs.StartAsync("--allow-forwarding");
    }

    public async ValueTask DisposeAsync()
    {
        await _programs.DisposeAsync();
        await _web.DisposeAsync();
    }

    [Theory]
    [InlineData("local")]
    [InlineData("remote")]
    [InlineData("socks")]
    public async Task Many_pages_arrive_whole_beside_one_that_stalls(string way)
    {
        await using ForwardingClient forwards = await StartAsync(way);
        using HttpClient client = ClientOf(way, forwards.Port);
        int port = way == "socks" ? _web.Port : forwards.Port;
        using HttpResponseMessage stalled = await client
            .GetAsync(new Uri($"http://127.0.0.1:{port}/stall"), HttpCompletionOption.ResponseHeadersRead).Within();
        string[] pages = await Task.WhenAll(Enumerable.Range(0, Many).Select(i => client.GetStringAsync(PageOf(port, PageSize + i))))
            .Within();
        for (int i = 0; i < pages.Length; i++)
            Assert.Equal(WebServer.Page(PageSize + i), pages[i]);
        await using Stream rest = await stalled.Content.ReadAsStreamAsync();
        Assert.Equal(1, await rest.ReadAsync(new byte[10]).AsTask().Within());
        Assert.False(rest.ReadAsync(new byte[10]).IsCompleted);
    }

    [Theory]
    [InlineData("--socks5-hostname")]
    [InlineData("--socks5")]
    [InlineData("--socks4a")]
    [InlineData("--socks4")]
    public async Task Curl_fetches_a_page_through_the_socks_proxy(string option)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is not installed");
        await using ForwardingClient forwards = await StartAsync("socks");
        string[] arguments = ["-s", option, $"127.0.0.1:{forwards.Port}", $"http://localhost:{_web.Port}/{PageSize}"];
        Output page = await RunCurlAsync(arguments);
        Assert.Equal((0, WebServer.Page(PageSize)), (page.Status, page.Text));
        // Nobody listens at port 1.
        Output refused = await RunCurlAsync("-s", option, $"127.0.0.1:{forwards.Port}", "http://localhost:1/");
        const int proxyRefused = 97;
        Assert.Equal(proxyRefused, refused.Status);
    }

    [Fact]
    public async Task Unix_sockets_lead_to_ports_and_back()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is not installed");
        string near = Path.Combine(_programs.Home, "near.sock"), far = Path.Combine(_programs.Home, "far.sock");
        await using ForwardingClient forwards = await ForwardingClient.StartAsync(
            _programs, $"0={far}", $"{near}={_web.Port}", "--remote", $"{far}={_web.Port}");
        Output throughNear = await RunCurlAsync("-s", "--unix-socket", near, $"http://x/{PageSize}");
        Assert.Equal(WebServer.Page(PageSize), throughNear.Text);
        // To the socket at the server, which leads back to this side.
        Output throughFar = await RunCurlAsync("-s", $"http://127.0.0.1:{forwards.Port}/{PageSize}");
        Assert.Equal(WebServer.Page(PageSize), throughFar.Text);
    }

    [Fact]
    public async Task Page_goes_on_at_the_byte_after_cuts()
    {
        await using var relay = new TcpRelay(IPEndPoint.Parse(_programs.Host));
        string direct = _programs.Host;
        _programs.Host = relay.Address.ToString();
        Assert.Equal(0, (await _programs.ClientAsync("run", "--accept-new", _programs.Host, "true")).Status);
        await using ForwardingClient forwards = await StartAsync("local");
        _programs.Host = direct;
        const int size = 30_000_000, cuts = 3;
        using HttpClient client = ClientOf("local", forwards.Port);
        using HttpResponseMessage response = await client
            .GetAsync(PageOf(forwards.Port, size), HttpCompletionOption.ResponseHeadersRead).Within();
        await using Stream page = await response.Content.ReadAsStreamAsync();
        using var read = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        for (int cut = 1; ; cut++)
        {
            while (read.Length < (long)size * cut / (cuts + 1) || cut > cuts)
            {
                int count = await page.ReadAsync(buffer).AsTask().Within();
                if (count == 0)
                    break;
                read.Write(buffer, 0, count);
            }

            if (cut > cuts)
                break;
            relay.Cut();
        }

        Assert.Equal(WebServer.Page(size), System.Text.Encoding.ASCII.GetString(read.ToArray()));
    }

    [Fact]
    public async Task Server_that_permits_nothing_says_which_option_is_missing()
    {
        await using Programs closed = await Programs.StartAsync();
        Output refused = await closed.ClientAsync("forward", closed.Host, "--remote", $"0={_web.Port}");
        Assert.Equal(255, refused.Status);
        Assert.Contains("permitlisten=", refused.Error, StringComparison.Ordinal);
        Output nothing = await closed.ClientAsync("forward", closed.Host);
        Assert.Equal(2, nothing.Status);
        Assert.Contains("nothing to forward", nothing.Error, StringComparison.Ordinal);
    }

    private static Uri PageOf(int port, int size) => new($"http://127.0.0.1:{port}/{size}");

    private Task<ForwardingClient> StartAsync(string way) => way switch
    {
        "local" => ForwardingClient.StartAsync(_programs, $"0=127.0.0.1:{_web.Port}"),
        "remote" => ForwardingClient.StartAsync(_programs, "--remote", $"127.0.0.1:0=127.0.0.1:{_web.Port}"),
        _ => ForwardingClient.StartAsync(_programs, "--socks", "0"),
    };

    private static HttpClient ClientOf(string way, int port)
    {
        var handler = new SocketsHttpHandler { UseProxy = way == "socks" };
        if (way == "socks")
            handler.Proxy = new WebProxy($"socks5://127.0.0.1:{port}");
        return new(handler);
    }

    private Task<Output> RunCurlAsync(params string[] arguments)
        => _programs.ShellAsync($"exec curl {string.Join(' ', arguments.Select(argument => $"'{argument}'"))}");
}
