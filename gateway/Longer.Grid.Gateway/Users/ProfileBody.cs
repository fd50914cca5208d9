using System.Collections.Immutable;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>The body of <c>PUT /v1/users/{id}/profile</c>.</summary>
internal static class ProfileBody
{
    private static readonly FieldNames Fields = new(required: 1, "features");

    /// <summary>Reads a body.</summary>
    /// <exception cref="RequestRefusedException">It breaks the contract.</exception>
    public static ImmutableArray<Feature> Read(ReadOnlySpan<byte> utf8)
    {
        var json = new JsonBodyReader(utf8);
        var features = ImmutableArray<Feature>.Empty;
        if (json.EnterObject())
        {
            var seen = 0u;
            while (json.NextField(Fields, ref seen, out _))
            {
                features = json.ReadFeatures(new FeatureNames(), []);
            }
        }

        json.Finish();
        return features;
    }
}
