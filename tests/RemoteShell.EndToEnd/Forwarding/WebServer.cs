using System.Diagnostics;
using System.Globalization;

namespace RemoteShell.EndToEnd.Forwarding;

/// <summary>A web server: <c>/N</c> is a page of N bytes, and <c>/stall</c> one that begins and never ends.</summary>
public sealed class WebServer : IAsyncDisposable
{
    private const string Script = """
        import http.server, sys, threading

        class Pages(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.send_response(200)
                if self.path == "/stall":
                    self.send_header("Content-Length", "10")
                    self.end_headers()
                    self.wfile.write(b"x")
                    self.rfile.read()
                    return
                size = int(self.path[1:])
                self.send_header("Content-Length", str(size))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write((b"0123456789" * (size // 10 + 1))[:size])

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 1024
            daemon_threads = True

            def handle_error(self, *_):
                pass

        server = Server(("127.0.0.1", 0), Pages)
        print(server.server_port, flush=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdin.read()
        """;

    private readonly Process _process;

    private WebServer(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The text of a page.</summary>
    public static string Page(int size) => string.Concat(Enumerable.Repeat("0123456789", (size / 10) + 1))[..size];

    /// <summary>Starts it.</summary>
    public static async Task<WebServer> StartAsync()
    {
        var process = Process.Start(new ProcessStartInfo("python3", ["-c", Script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string? port = await process.StandardOutput.ReadLineAsync().Within();
        return new(process, int.Parse(port!, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().Within();
        _process.Dispose();
    }
}
