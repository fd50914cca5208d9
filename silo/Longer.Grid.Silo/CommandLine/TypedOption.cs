using System.CommandLine;

namespace Longer.Grid.Silo;

/// <summary>An option whose description shows its default as it would be typed.</summary>
internal interface ITypedOption
{
    /// <summary>Keeps help from showing the default a second time, as the value that it stands for. Nothing is parsed afterwards.</summary>
    void HideValue();
}

/// <inheritdoc cref="ITypedOption"/>
internal sealed class TypedOption<T>(string name) : Option<T>(name), ITypedOption
{
    /// <inheritdoc/>
    public void HideValue() => DefaultValueFactory = null;
}
