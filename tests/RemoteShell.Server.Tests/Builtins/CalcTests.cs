using RemoteShell.Server.Builtins;

namespace RemoteShell.Server.Tests.Builtins;

public class CalcTests
{
    [Theory]
    [InlineData("123+345", "468")]
    [InlineData(" 1 + 2 * 3 ", "7")]
    [InlineData("(1+2)*3", "9")]
    [InlineData("10-4-3", "3")]
    [InlineData("100/10/5", "2")]
    [InlineData("7%3", "1")]
    [InlineData("-7%3", "-1")]
    [InlineData("7%-3", "1")]
    [InlineData("5.5%2", "1.5")]
    [InlineData("--5", "5")]
    [InlineData("-+-5", "5")]
    [InlineData("1--2", "3")]
    [InlineData("2*-3", "-6")]
    [InlineData("-(2+3)", "-5")]
    [InlineData("0.1+0.2", "0.3")]
    [InlineData("1.50*2", "3")]
    [InlineData(".5+5.", "5.5")]
    [InlineData("1/3", "0.33333333333333333333")]
    [InlineData("2/3", "0.66666666666666666667")]
    [InlineData("-2/3", "-0.66666666666666666667")]
    [InlineData("1/4", "0.25")]
    [InlineData("0.5-0.5", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("007", "7")]
    [InlineData("((((1))))", "1")]
    [InlineData("99999999999999999999999999*99999999999999999999999999", "9999999999999999999999999800000000000000000000000001")]
    public void Calc_computes_exactly(string expression, string result) => Assert.Equal((0, $"{result}\n", ""), Run(expression));

    [Theory]
    [InlineData("", "a number is missing at position 1")]
    [InlineData("   ", "a number is missing at position 4")]
    [InlineData("1+", "a number is missing at position 3")]
    [InlineData("1 2", "'2' is not expected at position 3")]
    [InlineData("a", "a number is expected, not 'a' at position 1")]
    [InlineData("1+x", "a number is expected, not 'x' at position 3")]
    [InlineData("(1+2", "'(' has no matching ')' at position 1")]
    [InlineData("1)", "')' has no matching '(' at position 2")]
    [InlineData("()", "a number is expected, not ')' at position 2")]
    [InlineData("1/0", "division by zero at position 2")]
    [InlineData("5%(1-1)", "division by zero at position 2")]
    [InlineData("1.2.3", "'1.2.3' is not a number at position 1")]
    [InlineData(".", "'.' is not a number at position 1")]
    [InlineData("1e5", "'e' is not expected at position 2")]
    [InlineData("__import__('os')", "a number is expected, not '_' at position 1")]
    [InlineData("1**2", "a number is expected, not '*' at position 3")]
    [InlineData("１+１", "a number is expected, not '１' at position 1")]
    public void Calc_reports_the_error_and_its_position(string expression, string fault)
        => Assert.Equal((2, "", $"calc: {fault}\n"), Run(expression));

    [Theory]
    [InlineData('(')]
    [InlineData('-')]
    [InlineData('9')]
    public void Calc_accepts_or_refuses_input_of_any_depth_and_length(char c)
    {
        (int code, _, string error) = Run(new string(c, 60_000));
        Assert.Equal(c == '9' ? 0 : 2, code);
        Assert.Equal(c == '9', error.Length == 0);
        Assert.Equal(2, Run(new string(c, 1_000_000)).Code);
    }

    // Not a timed test: what these would cost without care is minutes, and the limit of a test is one.
    [Theory]
    [InlineData("+1")]
    [InlineData("%7")]
    [InlineData("/3")]
    [InlineData("*3")]
    public async Task Calc_of_long_chains_of_long_numbers_ends(string link)
    {
        string chain = $"0.{new string('7', 32_000)}{string.Concat(Enumerable.Repeat(link, 15_000))}";
        Assert.Equal(0, (await Task.Run(() => Run(chain)).Within()).Code);
    }

    [Fact]
    public void Calc_agrees_with_dotnet_on_random_expressions()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            (string text, decimal value) = Generate(random, 4);
            Assert.Equal(value, decimal.Parse(Run(text).Output, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private static (string Text, decimal Value) Generate(Random random, int depth)
    {
        if (depth == 0 || random.Next(3) == 0)
        {
            decimal number = random.Next(-999, 1000) / 10m;
            return ($"({number.ToString(System.Globalization.CultureInfo.InvariantCulture)})", number);
        }

        (string left, decimal a) = Generate(random, depth - 1);
        (string right, decimal b) = Generate(random, depth - 1);
        return random.Next(3) switch
        {
            0 => ($"({left} + {right})", a + b),
            1 => ($"({left}-{right})", a - b),
            _ when Math.Abs(a) < 1000 && Math.Abs(b) < 1000 => ($"{left}*{right}", a * b),
            _ => ($"-{left}", -a),
        };
    }

    private static (int Code, string Output, string Error) Run(string expression)
    {
        BuiltinResult result = CalcBuiltin.Builtin.Run(new([expression], () => []));
        return (result.Code, result.Output, result.Error);
    }
}
