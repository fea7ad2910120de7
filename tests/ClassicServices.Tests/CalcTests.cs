using System.Text;

namespace ClassicServices.Tests;

public class CalcTests
{
    public static TheoryData<string, string> Answers => new()
    {
        { "123 + 345", "the result of << 123 + 345 is 468 >>." },
        { "1++2", "the result of << 1++2 is 3 >>." },
        { "1+-2", "the result of << 1+-2 is -1 >>." },
        { "--5", "the result of << --5 is 5 >>." },
        { "007-07", "the result of << 007-07 is 0 >>." },
        { "- 3 - - 4", "the result of << - 3 - - 4 is 1 >>." },
        {
            "99999999999999999999999999999999+1",
            "the result of << 99999999999999999999999999999999+1 is 100000000000000000000000000000000 >>."
        },
        { "42", "the result of << 42 is 42 >>." },
        { "a12 + 3", "<< a12 + 3 >> is invalid math expression" },
        { "1+", "<< 1+ >> is invalid math expression" },
        { "1 2", "<< 1 2 >> is invalid math expression" },
        { "+", "<< + >> is invalid math expression" },
        { "2*3", "<< 2*3 >> is invalid math expression" },
        { "好", "<< 好 >> is invalid math expression" },
        { "1+1\0", "<< 1+1\0 >> is invalid math expression" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Calc_answers_an_expression_with_or_without_a_newline_in_any_pieces(string expression, string answer)
    {
        await using var server = RunningServices.Start("calc");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(expression);
        await client.SeesAsync(answer);
        await client.SendAsync($"  {expression} \r\n");
        await client.SeesAsync(answer);
        await using var patient = RunningServices.Start("calc", gap: RunningServices.LongGap);
        using RawClient trickling = await patient.ConnectAsync();
        await trickling.TrickleAsync(Encoding.UTF8.GetBytes($"{expression}\n{expression}\n"));
        await trickling.SeesAsync(answer + answer);
    }

    [Fact]
    public async Task Calc_answers_expressions_that_arrive_together_one_by_one()
    {
        await using var server = RunningServices.Start("calc");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("1+1\n2+2\n3+3\n");
        await client.SeesAsync("the result of << 1+1 is 2 >>.the result of << 2+2 is 4 >>.the result of << 3+3 is 6 >>.");
    }

    [Theory]
    [InlineData("quit")]
    [InlineData("exit\n")]
    [InlineData("\n")]
    [InlineData("  ")]
    [InlineData("('127.0.0.1', 1739) is quit")]
    public async Task A_goodbye_closes_the_connection_without_an_answer(string goodbye)
    {
        await using var server = RunningServices.Start("calc");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("1+1\n");
        await client.SeesAsync("the result of << 1+1 is 2 >>.");
        await client.SendAsync(goodbye);
        Assert.Empty(await client.ReadToEndAsync());
        await Waiting.Until(() => server.Connected == 0, "all peers have left");
    }
}
