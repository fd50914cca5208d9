namespace Longer.Grid.Model;

/// <summary>Every tensor that a model of some config has (MODEL.md section 10).</summary>
public static class TensorCatalog
{
    /// <summary>Names and shapes, in the order of MODEL.md section 10.</summary>
    public static IReadOnlyList<TensorSpec> Of(LongerConfig config)
    {
        var all = new List<TensorSpec>();
        int d = config.EventDim, width = config.ModelDim;

        Add("item.weight", config.Item.Rows, config.Item.Dim);
        foreach (var side in config.Sides)
        {
            Add($"side.{side.Name}.weight", side.Rows, side.Dim);
        }

        Add("action.weight", config.Actions.Count + 1, config.ActionDim);
        Add("gap.weight", LogBucket.Rows, config.GapDim);
        Add("user.weight", config.UserRows, width);
        foreach (var feature in config.Profile)
        {
            Add($"profile.{feature.Name}.weight", feature.Rows, width);
        }

        if (config.ClsTokens > 0)
        {
            Add("cls.weight", config.ClsTokens, width);
        }

        foreach (var name in config.Sides.Select(s => s.Name).Prepend("item"))
        {
            Add($"cross.{name}_count.weight", LogBucket.Rows, config.CrossDim);
            Add($"cross.{name}_age.weight", LogBucket.Rows, config.CrossDim);
        }

        Linear("event.in", config.EventInputDim, 2 * d);
        Linear("event.out", 2 * d, d);
        Linear("candidate.in", config.CandidateInputDim, width);
        Linear("candidate.out", width, width);
        Add("inner.position.weight", config.GroupSize, d);
        for (var i = 0; i < config.InnerLayers; i++)
        {
            Block($"inner.{i}", d);
        }

        for (var l = 0; l < config.Layers; l++)
        {
            Block($"layers.{l}", width);
            Add($"layers.{l}.position_bias.weight", LogBucket.Rows, config.Heads);
            Add($"layers.{l}.time_bias.weight", LogBucket.Rows, config.Heads);
        }

        Norm("final_norm", width);
        Linear("head.in", 3 * width, width);
        Linear("head.out", width, config.Tasks.Count);
        return all;

        void Add(string name, params int[] shape) => all.Add(new TensorSpec(name, shape));

        void Norm(string name, int size)
        {
            Add($"{name}.weight", size);
            Add($"{name}.bias", size);
        }

        void Linear(string name, int inputs, int outputs)
        {
            Add($"{name}.weight", outputs, inputs);
            Add($"{name}.bias", outputs);
        }

        void Block(string name, int size)
        {
            Norm($"{name}.norm1", size);
            Linear($"{name}.attention.q", size, size);
            Linear($"{name}.attention.k", size, size);
            Linear($"{name}.attention.v", size, size);
            Linear($"{name}.attention.o", size, size);
            Norm($"{name}.norm2", size);
            Linear($"{name}.ffn.in", size, 4 * size);
            Linear($"{name}.ffn.out", 4 * size, size);
        }
    }
}
