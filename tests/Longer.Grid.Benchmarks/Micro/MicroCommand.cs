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
        // How often and on how many threads is BenchmarkDotNet's to say.
        var (quick, output) = (SharedOptions.Quick(), SharedOptions.Output("micro"));
        var command = new Command("micro", "What the processor does around the graphs: inputs, biases, keys, histories") { quick, output };
        command.SetAction(parsed => Run(parsed.GetValue(quick), parsed.GetValue(output)!));
        return command;
    }

    private static void Run(bool quick, FileInfo output)
    {
        // In this process: the build has one place for its output, where a generated project would not find it.
        var job = (quick ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
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
        BenchReport.Save(output, new { Workers = 1, Rows = rows });
    }
}
