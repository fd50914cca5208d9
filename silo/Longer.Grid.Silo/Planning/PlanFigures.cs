using System.Globalization;

namespace Longer.Grid.Silo;

/// <summary>A plan's numbers, each with its arithmetic.</summary>
internal static class PlanFigures
{
    /// <summary>All of them, in the order in which they follow from each other.</summary>
    public static IReadOnlyList<PlanFigure> Of(GridPlan plan) => [.. Load(plan), .. Store(plan), .. Device(plan), .. Fleet(plan), .. Host(plan), .. Databases(plan)];

    /// <summary>The sentence that a plan ends with.</summary>
    public static string Conclusion(GridPlan plan) => plan.Binds switch
    {
        "host memory" => "Host memory binds: the silos are as many as hold the users who are asked for within the idle time.",
        "device memory" => $"Device memory binds: {Figures.Percent(plan.PrefillDevices / plan.BusyDevices)} of the devices' work is prefills of users who were not there.",
        _ => $"Compute binds: {Figures.Percent((plan.ScoreDevices + plan.AppendDevices) / plan.BusyDevices)} of the devices' work is scores and appends, which more memory would not spare.",
    };

    private static IEnumerable<PlanFigure> Load(GridPlan plan)
    {
        var input = plan.Input;
        yield return Whole("activeUsers", "active users", plan.ActiveUsers, $"{Figures.Whole(input.Users)} users x {Short(input.ActiveShare)}");
        yield return Whole("eventsPerDay", "events a day", plan.EventsPerDay, $"active users x {Short(input.EventsPerUser)}");
        yield return Whole("eventsPerSecond", "events/s, peak", plan.EventsPerSecond, $"events a day / 86,400 s x peak {Short(input.Peak)} (mean {Figures.Whole(plan.MeanEventsPerSecond)})");
        yield return Whole("appendsPerSecond", "appends/s, peak", plan.AppendsPerSecond, $"events/s / {input.BatchEvents} events an append");
        yield return Whole("scoresPerSecond", "scores/s, peak", input.ScoresPerSecond, $"given; {Figures.Whole(input.Candidates)} candidates each");
        yield return Small("busiestUserScoresPerSecond", "busiest user's scores/s", plan.BusiestUserScores, "/s", $"scores/s x 1 / sum of k^-{Short(input.ZipfExponent)} over active users: lower the exponent if nobody does that");
    }

    private static IEnumerable<PlanFigure> Store(GridPlan plan)
    {
        var input = plan.Input;
        var each = $"{Short(input.SegmentBytesPerEvent)} B x {Short(input.StoreOverhead)} on disk";
        yield return Bytes("storeBytes", "store", plan.StoreBytes, $"{Figures.Whole(input.Users)} users x {Figures.Whole(input.HistoryEvents)} events x {each}");
        yield return Bytes("storeBytesPerDay", "store growth a day", plan.StoreBytesPerDay, $"events a day x {each}");
    }

    private static IEnumerable<PlanFigure> Device(GridPlan plan)
    {
        var input = plan.Input;
        var events = $"at {Figures.Whole(input.HistoryEvents)} events";
        yield return Bytes(
            "stateBytes", "K/V a resident user", plan.StateBytes,
            $"{SharedOptions.NameOf(input.KvStorage)}, {input.Model.Layers} layers x 2 x {input.Model.ModelDim} wide; {Figures.Whole(Math.Min(plan.Groups, input.Model.VisibleGroups))} groups in layer 0, {input.Model.RecentGroups} in the others, in their size classes");
        yield return Whole("residentsPerDevice", "residents a device", plan.ResidentsPerDevice, $"{ByteSize.Text(input.KvBudgetBytes)} / {Figures.Whole(plan.StateBytes)} B");
        yield return Small("scoreGflop", "a score", plan.ScoreGflop, "GFLOP", $"LongerFlops.Score, {Figures.Whole(input.Candidates)} candidates {events}");
        yield return Small("appendGflop", "an append", plan.AppendGflop, "GFLOP", $"LongerFlops.Append, {plan.AppendedGroups} {(plan.AppendedGroups == 1 ? "group" : "groups")} {events}");
        yield return Small("prefillGflop", "a prefill", plan.PrefillGflop, "GFLOP", $"LongerFlops.Prefill {events}");
    }

    private static IEnumerable<PlanFigure> Fleet(GridPlan plan)
    {
        var input = plan.Input;
        yield return Whole("devicesForCompute", "devices for compute alone", plan.DevicesForCompute, $"scores and appends if all users were there, at {Figures.Percent(input.Utilization)} of the time");
        yield return Whole("devicesForMemory", "devices for all active users", plan.DevicesForMemory, "active users / residents a device");
        yield return Whole("devices", "devices", plan.Devices, input.Devices > 0 ? "given" : "the least that have time for scores, appends and the prefills of misses");
        yield return new("hitShare", "hit share", plan.HitShare, Figures.Percent(plan.HitShare), $"Che's LRU, Zipf {Short(input.ZipfExponent)}: {Figures.Whole((double)plan.Devices * plan.ResidentsPerDevice)} of {Figures.Whole(plan.ActiveUsers)} active users are there");
        yield return new("staySeconds", "a state stays, unused", plan.StaySeconds, double.IsFinite(plan.StaySeconds) ? Figures.Whole(plan.StaySeconds) + " s" : "always", "until so many others were used that it is the oldest");
        yield return Work("scoreGflops", "scores", input.ScoresPerSecond, plan.ScoreGflop, plan.ScoreDevices, input.Gflops);
        yield return Work("appendGflops", "appends", plan.EncodedAppendsPerSecond, plan.AppendGflop, plan.AppendDevices, input.Gflops * input.AppendSpeed);
        yield return Work("prefillGflops", "prefills", plan.PrefillsPerSecond, plan.PrefillGflop, plan.PrefillDevices, input.Gflops * input.PrefillSpeed);
        yield return new("utilization", "devices' time used", plan.Utilization, Figures.Percent(plan.Utilization), $"{Short(plan.BusyDevices)} devices' work / {Figures.Whole(plan.Devices)}{(plan.Utilization > input.Utilization + 1e-9 ? ": more than is given away" : "")}");
    }

    private static IEnumerable<PlanFigure> Host(GridPlan plan)
    {
        var input = plan.Input;
        yield return Whole("hostUsers", "users in host memory", plan.HostUsers, $"asked for within {DurationText.Text(input.IdleTime)}, by scores or appends");
        yield return Bytes("hostBytes", "host memory for them", plan.HostBytes, $"x {Figures.Whole(plan.HostBytesPerUser)} B: {Short(input.HostBytesPerEvent)} B an event");
        yield return Whole("silosForHostMemory", "silos for host memory", plan.SilosForHostMemory, $"host memory / {ByteSize.Text(input.HostMemoryBytes)}");
        yield return Whole("silos", "silos", plan.Silos, "one a device, or as many as host memory needs");
    }

    private static IEnumerable<PlanFigure> Databases(GridPlan plan)
    {
        var input = plan.Input;
        yield return Whole("activationsPerSecond", "users read from the store/s", plan.ActivationsPerSecond, $"asked for, and not within the {DurationText.Text(input.IdleTime)} before");
        yield return Bytes("storeReadBytesPerSecond", "store reads a second", plan.StoreReadBytesPerSecond, $"users read x {Short(input.SegmentBytesPerEvent)} B an event");
        yield return Whole(
            "shardsForLoad", "PostgreSQLs for the load", plan.ShardsForLoad,
            $"events/s / {Figures.Whole(input.PostgresEventsPerSecond)} + users read/s / {Figures.Whole(input.PostgresUsersPerSecond)}");
        yield return Whole("shardsForBytes", "PostgreSQLs for bytes", plan.ShardsForBytes, $"store / {ByteSize.Text(input.PostgresBytes)}");
        yield return Whole("shards", "PostgreSQLs", plan.Shards, plan.Shards == 1 ? "the greater of both" : "the greater of both; a grid uses one today");
    }

    private static PlanFigure Whole(string key, string title, double value, string how) => new(key, title, value, Figures.Whole(value), how);

    private static PlanFigure Bytes(string key, string title, double value, string how) => new(key, title, value, ByteSize.Text((long)Math.Min(value, long.MaxValue / 2)), how);

    private static PlanFigure Small(string key, string title, double value, string unit, string how) => new(key, title, value, $"{Short(value)} {unit}", how);

    private static PlanFigure Work(string key, string title, double perSecond, double gflop, double devices, double gflops) =>
        new(key, title, perSecond * gflop, $"{Figures.Whole(perSecond * gflop)} GFLOP/s", $"{Figures.Whole(perSecond)} {title}/s x {Short(gflop)} GFLOP; {Short(devices)} devices at {Figures.Whole(gflops)} GFLOP/s");

    /// <summary>At least three digits that count, and none for show.</summary>
    private static string Short(double value) => Math.Abs(value) >= 1000 ? Figures.Whole(value) : value.ToString("G3", CultureInfo.InvariantCulture);
}
