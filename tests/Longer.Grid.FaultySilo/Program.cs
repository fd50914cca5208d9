using Longer.Grid.FaultySilo;
using Longer.Grid.Silo;

if (args.Length < 2 || !Exchange.All.TryGetValue(args[0], out var steps) || !steps.TryGetValue(args[1], out var exchange))
{
    Console.Error.WriteLine($"usage: Longer.Grid.FaultySilo {string.Join(" | ", Exchange.All.SelectMany(way => way.Value.Keys.Select(name => $"{way.Key} {name}")))}, then a command line of longer-grid");
    return 2;
}

using var stop = new StopSignals();
return await GridCommands.RunAsync(args[2..], new Terminal(Console.Out, Console.Error), stop, exchange);
