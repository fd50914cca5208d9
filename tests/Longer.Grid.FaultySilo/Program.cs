using Longer.Grid.FaultySilo;
using Longer.Grid.Silo;
using Microsoft.Extensions.DependencyInjection;

var exchanges = new List<Action<IServiceCollection>>();
var read = 0;
for (; read + 1 < args.Length && Exchange.All.TryGetValue(args[read], out var way); read += 2)
{
    if (!way.TryGetValue(args[read + 1], out var exchange))
    {
        Console.Error.WriteLine($"{args[read]} takes one of: {string.Join(", ", way.Keys)}");
        return 2;
    }

    exchanges.Add(exchange);
}

if (exchanges.Count == 0)
{
    Console.Error.WriteLine($"usage: Longer.Grid.FaultySilo {string.Join(" | ", Exchange.All.SelectMany(way => way.Value.Keys.Select(name => $"{way.Key} {name}")))}, then a command line of longer-grid");
    return 2;
}

using var stop = new StopSignals();
return await GridCommands.RunAsync(args[read..], new Terminal(Console.Out, Console.Error), stop, services => exchanges.ForEach(exchange => exchange(services)));
