using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Runners;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>An invalid request in another encoding gets a message that says what is wrong, whatever else is wrong.</summary>
public class EncodedRequestTests
{
    public static TheoryData<string, string, string, string?> Requests => new()
    {
        { "gbk", "A", "echo 好", null },
        { "gbk", "", "echo 好", "'' is not a valid variable name" },
        { "gbk", "A=B", "echo 好", "'A=B' is not a valid variable name" },
        { "gbk", "A.B", "echo 好", "the variable 'A.B' cannot be passed together with an encoding" },
        { "gbk", "A.B", "echo plain", null },
        { "gbk", "A", "echo 好\0", "a NUL character" },
        { "gbk", "A", "echo 😀", "a character that gbk does not have" },
        { "nope", "A", "true", "there is no encoding 'nope'" },
        { "", "A", "true", "there is no encoding ''" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Invalid_request_in_another_encoding_gets_a_message(string encoding, string variable, string command, string? fault)
    {
        string? said = ExecValidator.FindFault(new()
        {
            Job = JobId.New(),
            Encoding = encoding,
            Command = command,
            Env = new Dictionary<string, string> { [variable] = "1" },
        });
        if (fault is null)
            Assert.Null(said);
        else
            Assert.Contains(fault, said);
    }
}
