using System.Text;
using System.Text.Json;

namespace Longer.Grid.Silo;

/// <summary>How a plan is told.</summary>
internal static class PlanReport
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>As a table, with the arithmetic.</summary>
    public static void Print(Terminal terminal, GridPlan plan, PlanSimulation? simulation)
    {
        var table = new TextTable(terminal, ("figure", 28), ("", -22), ("how", 20)).Header();
        foreach (var figure in PlanFigures.Of(plan))
        {
            table.Row(figure.Title, figure.Text, figure.How);
        }

        terminal.Line();
        terminal.Line(PlanFigures.Conclusion(plan));
        if (simulation is not null)
        {
            terminal.Line(simulation.Text());
        }
    }

    /// <summary>As JSON: a number for each figure's key, what binds, and the simulation where there was one.</summary>
    public static void PrintJson(Terminal terminal, GridPlan plan, PlanSimulation? simulation)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            json.WriteStartObject("figures");
            foreach (var figure in PlanFigures.Of(plan))
            {
                Number(json, figure.Key, figure.Value);
            }

            json.WriteEndObject();
            json.WriteString("binds", plan.Binds);
            if (simulation is not null)
            {
                json.WriteStartObject("simulation");
                json.WriteNumber("users", simulation.Users);
                json.WriteNumber("scores", simulation.Scores);
                Number(json, "hitShare", simulation.HitShare);
                json.WriteNumber("plannedHitShare", simulation.PlannedHitShare);
                json.WriteNumber("residents", simulation.Residents);
                json.WriteNumber("evictions", simulation.Evictions);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        terminal.Line(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    // JSON has no infinity: a state that is never evicted.
    private static void Number(Utf8JsonWriter json, string key, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(key, value);
        }
        else
        {
            json.WriteNull(key);
        }
    }
}
