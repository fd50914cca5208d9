using System.Globalization;

namespace Longer.Grid.Model.Tests;

/// <summary>A line of <c>cuda-operators.txt</c>.</summary>
internal sealed record CudaKernel(string Operator, long First, long Last, string[] Inputs, string[] Outputs, Dictionary<string, HashSet<string>> Types)
{
    public static Dictionary<string, CudaKernel> Read() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Graphs", "cuda-operators.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(Parse)
            .ToDictionary(kernel => kernel.Operator);

    /// <summary>The types of a node's outputs, or what keeps the kernel from running it.</summary>
    public (string[]? Outputs, string? Problem) Apply(long operatorSet, string[] inputs, int outputs, string? castTo)
    {
        if (operatorSet < First || operatorSet > Last)
        {
            return (null, $"operator set {operatorSet} is outside {First}-{Last}");
        }

        var bound = new Dictionary<string, string>();
        var expected = Expand(Inputs, inputs.Length);
        if (inputs.Length > expected.Length || expected.Skip(inputs.Length).Any(parameter => !parameter.EndsWith('?')))
        {
            return (null, $"it has {inputs.Length} inputs");
        }

        for (var i = 0; i < inputs.Length; i++)
        {
            var parameter = expected[i].TrimEnd('?');
            if (!Types[parameter].Contains(inputs[i]) || (bound.TryGetValue(parameter, out var other) && other != inputs[i]))
            {
                return (null, $"input {i} is {inputs[i]}");
            }

            bound[parameter] = inputs[i];
        }

        var given = Expand(Outputs, outputs);
        if (castTo is not null)
        {
            // No input says it, but an attribute.
            if (!Types[given[0]].Contains(castTo))
            {
                return (null, $"it casts to {castTo}");
            }

            bound[given[0]] = castTo;
        }

        return given.Length == outputs ? ([.. given.Select(parameter => bound[parameter])], null) : (null, $"it has {outputs} outputs");
    }

    private static string[] Expand(string[] parameters, int count) =>
        parameters is [var repeated] && repeated.EndsWith("...", StringComparison.Ordinal) ? [.. Enumerable.Repeat(repeated[..^3], count)] : parameters;

    private static CudaKernel Parse(string line)
    {
        var fields = line.Split("; ");
        var versions = fields[1].Split('-');
        var signature = fields[2].Split(" -> ");
        return new CudaKernel(
            fields[0],
            long.Parse(versions[0], CultureInfo.InvariantCulture),
            versions[1].Length == 0 ? long.MaxValue : long.Parse(versions[1], CultureInfo.InvariantCulture),
            signature[0].Split(' '),
            signature[1].Split(' '),
            fields.Skip(3).Select(types => types.Split('=')).ToDictionary(types => types[0], types => types[1].Split(' ').ToHashSet()));
    }
}
