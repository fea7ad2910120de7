namespace RemoteShell.Protocol;

/// <summary>The version of this product.</summary>
public static class ProductVersion
{
    /// <summary>Major, minor and patch number, such as <c>1.2.3</c>. <c>Directory.Build.props</c> sets it.</summary>
    public static string Text { get; } = typeof(ProductVersion).Assembly.GetName().Version!.ToString(3);
}
