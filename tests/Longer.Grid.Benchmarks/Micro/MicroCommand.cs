using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Longer.Grid.Benchmarks;

/// <summary><c>micro</c>: small pieces of code by BenchmarkDotNet.</summary>
internal static class MicroCommand
{
    /// <summary>The command, ready to be run.</summary>
    public static Command Create()
    {
        var shared = new SharedOptions();
        var command = new Command("micro", "What the processor does around the graphs: inputs, biases, keys, histories");
        shared.AddTo(command);
        command.SetAction(parsed => Run(shared.Of(parsed)));
        return command;
    }

    private static void Run(BenchOptions options)
    {
        // In this process: the build has one place for its output, where a generated project would not find it.
        var job = (options.Quick ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddLogger(NullLogger.Instance).AddColumnProvider(DefaultColumnProviders.Instance)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "longer-grid-bench"));
        var reports = BenchmarkRunner.Run<HostWork>(config).Reports;
        if (reports.FirstOrDefault(report => report.ResultStatistics is null) is { } failed)
        {
            throw new InvalidOperationException($"{failed.BenchmarkCase.Descriptor.WorkloadMethod.Name} was not measured.");
        }

        var rows = reports.Select(report => new
        {
            report.BenchmarkCase.Descriptor.WorkloadMethod.Name,
            Seconds = report.ResultStatistics!.Median / 1e9,
            Deviation = report.ResultStatistics.StandardDeviation / 1e9,
            AllocatedBytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0,
        }).ToList();
        BenchReport.Print(
            "micro: one thread, L = 10,000",
            ["work", "µs", "± µs", "bytes allocated"],
            rows.Select(row => new[] { row.Name, Texts.Digits(row.Seconds * 1e6), Texts.Digits(row.Deviation * 1e6), Texts.Whole(row.AllocatedBytes) }));
        BenchReport.Save(options.Output, new { Rows = rows });
    }
}
