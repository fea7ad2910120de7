using ClassicServices.Server.Services;

namespace ClassicServices.Server;

/// <summary>All services: a new one is a file of its own and a line here.</summary>
internal static class ServiceTable
{
    public static IReadOnlyList<Service> All { get; } =
    [
        Calc.Service, Upper.Service, ExecRaw.Service, ExecLength.Service, ExecJson.Service, Chat.Service,
        Reply.Service, Time.Service, TimeLine.Service, TimeAsync.Service, Ack.Service, Check.Service,
    ];

    public static Service Find(string name) => All.FirstOrDefault(service => service.Name == name)
        ?? throw new FormatException($"there is no service '{name}'; there are {string.Join(", ", All.Select(service => service.Name))}");
}
