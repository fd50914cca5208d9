using Longer.Grid.Silo;

using var stop = new StopSignals();
return await GridCommands.RunAsync(args, new Terminal(Console.Out, Console.Error), stop);
