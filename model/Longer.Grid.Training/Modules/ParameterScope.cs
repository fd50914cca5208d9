using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>A level of dotted parameter names: libtorch's names cannot hold a dot, a module's path can.</summary>
internal sealed class ParameterScope : nn.Module
{
    private readonly Dictionary<string, ParameterScope> _scopes = new(StringComparer.Ordinal);

    public ParameterScope()
        : base(nameof(ParameterScope))
    {
    }

    /// <summary>Registers a parameter under its dotted name.</summary>
    public static void Register(nn.Module root, Dictionary<string, ParameterScope> scopes, string name, Parameter parameter)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            root.register_parameter(name, parameter);
            return;
        }

        var (first, rest) = (name[..dot], name[(dot + 1)..]);
        if (!scopes.TryGetValue(first, out var scope))
        {
            scope = new ParameterScope();
            scopes.Add(first, scope);
            root.register_module(first, scope);
        }

        Register(scope, scope._scopes, rest, parameter);
    }
}
