using System.CommandLine;
using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <summary>The options that a plan is made from. Speeds and sizes stand at what docs/performance.md and docs/sizing.md measured.</summary>
internal sealed class PlanOptions
{
    private readonly Option<long> _users = SharedOptions.Number("--users", "Users that the store knows", 1_000_000L, 1, 1_000_000_000_000);
    private readonly Option<double> _active = SharedOptions.Number("--active", "Share of them that come on a day", 0.3, 0.000001, 1);
    private readonly Option<double> _events = SharedOptions.Number("--events-per-user", "Events a day of a user who comes", 50.0, 0.001, 1_000_000);
    private readonly Option<int> _batch = SharedOptions.Number("--batch", "Events in one append", 1, 1, 10_000);
    private readonly Option<double> _scores = SharedOptions.Number("--scores", "Scores a second in the busiest hour", 1_000.0, 0.001, 1_000_000_000);
    private readonly Option<double> _peak = SharedOptions.Number("--peak", "Events of the busiest hour beside those of an average one", 2.0, 1, 100);
    private readonly Option<int> _candidates = SharedOptions.Number("--candidates", "Candidates of a score", 200, 1, 2_000);
    private readonly Option<double> _zipf = SharedOptions.Number("--zipf", "How uneven users are: the k-th busiest is asked for in proportion to k to the power of minus this", 0.5, 0, 3);
    private readonly Option<FileInfo> _config = new("--config") { Description = "A config.json with the model's shape; without it, the model contract's defaults", HelpName = "FILE" };
    private readonly Option<long> _history = SharedOptions.Number("--history", "Events of an average user's history; 0 is the model's whole window", 0L, 0, 10_000_000);
    private readonly Option<KvStorage> _kvStorage = SharedOptions.KvStorage();
    private readonly Option<long> _kvMemory = SharedOptions.KvMemory();
    private readonly Option<double> _gflops = SharedOptions.Number("--gflops", "GFLOP/s that a device reaches in scores", 240.0, 0.1, 10_000_000);
    private readonly Option<double> _prefillSpeed = SharedOptions.Number("--prefill-speed", "What of that it reaches in prefills", 0.6, 0.001, 10);
    private readonly Option<double> _appendSpeed = SharedOptions.Number("--append-speed", "What of that it reaches in appends", 0.18, 0.001, 10);
    private readonly Option<double> _utilization = SharedOptions.Number("--utilization", "Share of a device's time that is given away; the rest is for peaks, a lost silo and a new model", 0.6, 0.01, 1);
    private readonly Option<long> _devices = SharedOptions.Number("--devices", "Devices that there are; 0 finds the least that carry the load", 0L, 0, 100_000_000);
    private readonly Option<double> _segmentBytes = SharedOptions.Number("--segment-bytes", "Bytes of an event in a stored segment", 13.3, 0.1, 10_000);
    private readonly Option<double> _overhead = SharedOptions.Number("--store-overhead", "Bytes on disk for each byte of a segment: pages, indexes, dead rows", 1.5, 1, 100);
    private readonly Option<double> _hostBytes = SharedOptions.Number("--host-bytes", "Bytes of an event in a silo's memory", 29.9, 1, 10_000);
    private readonly Option<long> _hostMemory = SharedOptions.Parsed<long>(new("--host-memory") { Description = "Memory of a silo for users' events", HelpName = "SIZE" }, "32GiB", ByteSize.TryParse, ByteSize.Accepted);
    private readonly Option<TimeSpan> _idle = SharedOptions.Duration("--idle", "How long a user who is not asked for stays in a silo's memory", "15m");
    private readonly Option<double> _postgresEvents = SharedOptions.Number("--postgres-events", "Events a second that one PostgreSQL commits", 20_000.0, 1, 100_000_000);
    private readonly Option<double> _postgresUsers = SharedOptions.Number("--postgres-users", "Users a second that one PostgreSQL hands over and reads", 5_000.0, 1, 100_000_000);
    private readonly Option<long> _postgresBytes = SharedOptions.Parsed<long>(new("--postgres-bytes") { Description = "Bytes that one PostgreSQL is to hold", HelpName = "SIZE" }, "8TiB", ByteSize.TryParse, ByteSize.Accepted);

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _users, _active, _events, _batch, _scores, _peak, _candidates, _zipf, _config, _history, _kvStorage, _kvMemory, _gflops, _prefillSpeed, _appendSpeed,
            _utilization, _devices, _segmentBytes, _overhead, _hostBytes, _hostMemory, _idle, _postgresEvents, _postgresUsers, _postgresBytes,
        })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What a command line says.</summary>
    /// <exception cref="ModelFormatException">The config is not one.</exception>
    /// <exception cref="CommandException">A device does not hold two users.</exception>
    public PlanInput Of(ParseResult parsed)
    {
        var model = PlanModel.Read(parsed.GetValue(_config));
        var input = new PlanInput
        {
            Users = parsed.GetValue(_users),
            ActiveShare = parsed.GetValue(_active),
            EventsPerUser = parsed.GetValue(_events),
            BatchEvents = parsed.GetValue(_batch),
            ScoresPerSecond = parsed.GetValue(_scores),
            Peak = parsed.GetValue(_peak),
            Candidates = parsed.GetValue(_candidates),
            ZipfExponent = parsed.GetValue(_zipf),
            Model = model,
            HistoryEvents = parsed.GetValue(_history) is > 0 and var events ? events : model.MaxEvents,
            KvStorage = parsed.GetValue(_kvStorage),
            KvBudgetBytes = parsed.GetValue(_kvMemory),
            Gflops = parsed.GetValue(_gflops),
            PrefillSpeed = parsed.GetValue(_prefillSpeed),
            AppendSpeed = parsed.GetValue(_appendSpeed),
            Utilization = parsed.GetValue(_utilization),
            Devices = parsed.GetValue(_devices),
            SegmentBytesPerEvent = parsed.GetValue(_segmentBytes),
            StoreOverhead = parsed.GetValue(_overhead),
            HostBytesPerEvent = parsed.GetValue(_hostBytes),
            HostMemoryBytes = parsed.GetValue(_hostMemory),
            IdleTime = parsed.GetValue(_idle),
            PostgresEventsPerSecond = parsed.GetValue(_postgresEvents),
            PostgresUsersPerSecond = parsed.GetValue(_postgresUsers),
            PostgresBytes = parsed.GetValue(_postgresBytes),
        };

        // A silo refuses less as well: a call holds one state while another is made.
        var largest = KvLayerShape.StateBytes(KvLayerShape.Of(model, input.KvStorage), model.VisibleGroups);
        return input.KvBudgetBytes >= 2 * largest
            ? input
            : throw new CommandException(
                $"--kv-memory {ByteSize.Text(input.KvBudgetBytes)}: two users of the model's whole window need {Figures.Whole(2 * largest)} bytes ({ByteSize.Text(2 * largest)})") { ExitCode = ExitCodes.Usage };
    }
}
