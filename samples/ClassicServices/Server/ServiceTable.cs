using ClassicServices.Server.Conversations;
using ClassicServices.Server.Services;

namespace ClassicServices.Server;

/// <summary>All services. A new service is a file in Services and a line here.</summary>
internal static class ServiceTable
{
    public static IReadOnlyList<Service> All { get; } =
    [
        Calc.Service, Upper.Service, ExecRaw.Service, ExecLength.Service, ExecJson.Service, Chat.Service,
        Reply.Service, Time.Service, TimeLine.Service, TimeAsync.Service, Ack.Service, Check.Service,
    ];

    /// <summary>Finds a service by its name.</summary>
    /// <exception cref="FormatException">There is no such service.</exception>
    public static Service Find(string name) => All.FirstOrDefault(service => service.Name == name)
        ?? throw new FormatException($"there is no service '{name}'; there are {string.Join(", ", All.Select(service => service.Name))}");
}
