using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Longer.Grid.Gateway;

/// <summary>The fields that an object of a body may have.</summary>
internal sealed class FieldNames
{
    private readonly byte[][] _utf8;

    /// <summary>Fields that must be there, then those that may.</summary>
    /// <param name="required">How many of <paramref name="names"/>, from the first on, must be there.</param>
    /// <param name="names">At most 32; a field is known by its index here.</param>
    public FieldNames(int required, params string[] names)
    {
        Required = required;
        Names = [.. names];
        _utf8 = [.. names.Select(Encoding.UTF8.GetBytes)];
        Accepted = $"the fields {string.Join(", ", names)}";
    }

    public int Required { get; }

    public ImmutableArray<string> Names { get; }

    /// <summary>For a problem about a field that is not one of these.</summary>
    public string Accepted { get; }

    /// <summary>Index of the property name that a reader stands on, -1 for a field that is not known.</summary>
    /// <param name="json">On a property name.</param>
    /// <param name="guess">The likeliest index: bodies keep one order.</param>
    public int Find(ref Utf8JsonReader json, int guess)
    {
        // A comparison fails on an escape that is no text, such as half of a surrogate pair; decoding says so first.
        if (json.ValueIsEscaped)
        {
            return JsonText.TryGet(in json, out var name) ? Names.IndexOf(name) : -1;
        }

        if (guess < _utf8.Length && json.ValueTextEquals(_utf8[guess]))
        {
            return guess;
        }

        for (var i = 0; i < _utf8.Length; i++)
        {
            if (json.ValueTextEquals(_utf8[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
