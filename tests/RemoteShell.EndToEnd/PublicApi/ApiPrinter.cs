using System.Reflection;
using System.Runtime.CompilerServices;

namespace RemoteShell.EndToEnd.PublicApi;

/// <summary>Prints the public types and members of an assembly, one in each line, in a stable order.</summary>
internal static class ApiPrinter
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Print(Assembly assembly)
    {
        IEnumerable<string> types = assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).Select(Print);
        return string.Join("\n\n", types) + "\n";
    }

    private static string Print(Type type)
    {
        IEnumerable<string> members = type.IsEnum ? EnumMembers(type) : Members(type).Order(StringComparer.Ordinal);
        return string.Join("\n  ", members.Prepend($"{Kind(type)} {type.Namespace}.{NameOf(type)}{Bases(type)}"));
    }

    private static IEnumerable<string> EnumMembers(Type type)
        => Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), provider: null)}");

    private static IEnumerable<string> Members(Type type)
    {
        IEnumerable<string> constructors = type.GetConstructors(Declared).Where(IsVisible)
            .Select(constructor => $"new({Parameters(constructor)})");
        IEnumerable<string> fields = type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily)
            .Select(Field);
        IEnumerable<string> properties = type.GetProperties(Declared)
            .Where(property => property.GetAccessors(nonPublic: true).Any(IsVisible) && property.Name != "EqualityContract")
            .Select(Property);
        IEnumerable<string> events = type.GetEvents(Declared).Where(one => IsVisible(one.AddMethod!))
            .Select(one => $"event {NameOf(one.EventHandlerType!)} {one.Name}");
        IEnumerable<string> methods = type.GetMethods(Declared)
            .Where(method => IsVisible(method) && !method.IsSpecialName && !IsGenerated(method))
            .Select(Method);
        return constructors.Concat(fields).Concat(properties).Concat(events).Concat(methods);
    }

    // Members that the compiler adds to a record, and overrides of object's members.
    private static bool IsGenerated(MethodInfo method)
        => method.IsDefined(typeof(CompilerGeneratedAttribute)) || method.GetBaseDefinition().DeclaringType == typeof(object)
            || method.Name.Contains('<', StringComparison.Ordinal) || method.Name is "PrintMembers";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Kind(Type type)
    {
        if (type.IsEnum)
            return "enum";
        if (type.IsInterface)
            return "interface";
        if (type.BaseType == typeof(MulticastDelegate))
            return "delegate";
        if (type.IsValueType)
            return "struct";
        if (type is { IsAbstract: true, IsSealed: true })
            return "static class";
        return type.IsSealed ? "sealed class" : type.IsAbstract ? "abstract class" : "class";
    }

    private static string Bases(Type type)
    {
        if (type.IsEnum || type.BaseType == typeof(MulticastDelegate))
            return "";
        var bases = new List<string>();
        if (type.BaseType is { } super && super != typeof(object) && super != typeof(ValueType))
            bases.Add(NameOf(super));
        bases.AddRange(type.GetInterfaces()
            .Select(NameOf)
            .Where(name => !name.StartsWith("IEquatable<", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));
        return bases.Count == 0 ? "" : $" : {string.Join(", ", bases)}";
    }

    private static string Field(FieldInfo field)
    {
        string kind = field.IsLiteral ? "const" : Static(field.IsStatic) + "field";
        return $"{kind} {NameOf(field.FieldType)} {field.Name}{Value(field)}";
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo first = property.GetMethod ?? property.SetMethod!;
        string get = property.GetMethod is { } getter && IsVisible(getter) ? " get;" : "";
        string set = property.SetMethod is { } setter && IsVisible(setter) ? IsInit(setter) ? " init;" : " set;" : "";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        bool isNullable = Nullability.Create(property).ReadState == NullabilityState.Nullable;
        string type = NameOf(property.PropertyType) + Mark(property.PropertyType, isNullable);
        return $"{required}{Static(first.IsStatic)}{type} {property.Name} {{{get}{set} }}";
    }

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : "";
        bool isNullable = Nullability.Create(method.ReturnParameter).ReadState == NullabilityState.Nullable;
        string result = $"{NameOf(method.ReturnType)}{Mark(method.ReturnType, isNullable)}";
        return $"{Static(method.IsStatic)}{(method.IsAbstract ? "abstract " : "")}{result} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
    {
        bool isNullable = Nullability.Create(parameter).ReadState == NullabilityState.Nullable;
        string type = $"{NameOf(parameter.ParameterType)}{Mark(parameter.ParameterType, isNullable)}";
        return $"{type} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Text(parameter.DefaultValue) : "")}";
    }));

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private static string Mark(Type type, bool isNullable) => isNullable && !type.IsValueType ? "?" : "";

    private static string Value(FieldInfo field) => field.IsLiteral ? $" = {Text(field.GetRawConstantValue())}" : "";

    private static string Text(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };

    private static string NameOf(Type type)
    {
        if (type.IsByRef)
            return $"ref {NameOf(type.GetElementType()!)}";
        if (type.IsArray)
            return $"{NameOf(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return $"{NameOf(inner)}?";
        string name = type is { IsNested: true, IsGenericParameter: false } ? $"{NameOf(type.DeclaringType!)}.{type.Name}" : type.Name;
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? name : $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>";
    }
}
