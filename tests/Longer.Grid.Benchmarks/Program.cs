using System.CommandLine;
using Longer.Grid.Benchmarks;

var root = new RootCommand("What Longer.Grid costs on this machine, beside the machine's own peak and beside what users would pick instead.")
{
    EngineCommand.Create(),
    ProfileCommand.Create(),
    CacheCommand.Create(),
    HttpCommand.Create(),
    MemoryCommand.Create(),
    OverloadCommand.Create(),
    PushCommand.Create(),
    AppendsCommand.Create(),
    ColdCommand.Create(),
    MicroCommand.Create(),
    TrainingCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
