using System.Text;
using RemoteShell.Client.Keeping;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Client.Tests.Keeping;

/// <summary>Another channel in a header leaves all else as it is.</summary>
public class RenumberedHeaderTests
{
    [Theory]
    [InlineData("""{"type":"data","channel":1,"size":5}""", """{"type":"data","channel":4294967295,"size":5}""")]
    [InlineData("""{ "channel" : 77 , "type":"end" }""", """{ "channel" : 4294967295 , "type":"end" }""")]
    [InlineData("""{"a":{"channel":3},"b":["channel",1],"channel":3}""", """{"a":{"channel":3},"b":["channel",1],"channel":4294967295}""")]
    [InlineData("""{"text":"\"channel\":5","channel":5}""", """{"text":"\"channel\":5","channel":4294967295}""")]
    [InlineData("""{"\u0063hannel":9,"type":"x"}""", """{"\u0063hannel":4294967295,"type":"x"}""")]
    [InlineData("""{"type":"中文","channel":1}""", """{"type":"中文","channel":4294967295}""")]
    public void Only_the_number_changes(string header, string expected)
    {
        var target = new FrameBuffer(8);
        RenumberedHeader.Append(Encoding.UTF8.GetBytes(header), uint.MaxValue, target);
        Assert.Equal(expected, Encoding.UTF8.GetString(target.Memory.Span));
    }
}
