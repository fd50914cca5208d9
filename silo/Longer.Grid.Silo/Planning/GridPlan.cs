using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <summary>What a grid needs for its users. All rates are those of the busiest hour; the model's own formulas give bytes and operations.</summary>
internal sealed class GridPlan
{
    private const double SecondsOfDay = 86_400;

    private readonly LruResidency _residency;

    /// <summary>Computes it.</summary>
    public GridPlan(PlanInput input)
    {
        Input = input;
        Layers = KvLayerShape.Of(input.Model, input.KvStorage);
        ActiveUsers = Math.Max(1, (long)Math.Round(input.Users * input.ActiveShare));
        Population = new ZipfPopulation(ActiveUsers, input.ZipfExponent);
        StateBytes = KvLayerShape.StateBytes(Layers, Groups);
        Devices = input.Devices > 0 ? input.Devices : LeastDevices();
        _residency = ResidencyOf(Devices);
    }

    public PlanInput Input { get; }

    public KvLayerShape[] Layers { get; }

    /// <summary>Those who come on a day. The others are in the store alone.</summary>
    public long ActiveUsers { get; }

    public ZipfPopulation Population { get; }

    /// <summary>Groups of an average history.</summary>
    public long Groups => (Input.HistoryEvents + Input.Model.GroupSize - 1) / Input.Model.GroupSize;

    public double EventsPerDay => ActiveUsers * Input.EventsPerUser;

    public double MeanEventsPerSecond => EventsPerDay / SecondsOfDay;

    public double EventsPerSecond => MeanEventsPerSecond * Input.Peak;

    public double AppendsPerSecond => EventsPerSecond / Input.BatchEvents;

    public double BusiestUserScores => Population.BusiestShare * Input.ScoresPerSecond;

    public double StoreBytes => Input.Users * (double)Input.HistoryEvents * StoreBytesPerEvent;

    public double StoreBytesPerDay => EventsPerDay * StoreBytesPerEvent;

    public double StoreBytesPerEvent => Input.SegmentBytesPerEvent * Input.StoreOverhead;

    /// <summary>K/V memory of one user.</summary>
    public long StateBytes { get; }

    public long ResidentsPerDevice => Input.KvBudgetBytes / StateBytes;

    public double ScoreGflop => LongerFlops.Score(Input.Model, Input.HistoryEvents, Input.Candidates) / 1e9;

    /// <summary>Groups that a batch touches, wherever in a group it begins, rounded up.</summary>
    public int AppendedGroups => 1 + ((Input.BatchEvents - 1 + Input.Model.GroupSize - 1) / Input.Model.GroupSize);

    public double AppendGflop => LongerFlops.Append(Input.Model, Input.HistoryEvents, AppendedGroups) / 1e9;

    public double PrefillGflop => LongerFlops.Prefill(Input.Model, Input.HistoryEvents) / 1e9;

    public double HitShare => _residency.HitShare;

    /// <summary>How long a state stays after its last use, in seconds.</summary>
    public double StaySeconds => _residency.StayInScores / Input.ScoresPerSecond;

    public double PrefillsPerSecond => Input.ScoresPerSecond * (1 - HitShare);

    /// <summary>Appends to users who are on a device; those of others are stored and no more.</summary>
    public double EncodedAppendsPerSecond => AppendsPerSecond * HitShare;

    /// <summary>Devices busy all the time with scores.</summary>
    public double ScoreDevices => Input.ScoresPerSecond * ScoreGflop / Input.Gflops;

    public double AppendDevices => AppendDevicesAt(HitShare);

    public double PrefillDevices => PrefillDevicesAt(HitShare);

    public double BusyDevices => ScoreDevices + AppendDevices + PrefillDevices;

    /// <summary>Were every user on a device.</summary>
    public long DevicesForCompute => Ceiling(BusyAt(1) / Input.Utilization);

    /// <summary>For every active user to be on a device.</summary>
    public long DevicesForMemory => Ceiling((double)ActiveUsers / ResidentsPerDevice);

    public long Devices { get; }

    /// <summary>Share of the devices' time that is used.</summary>
    public double Utilization => BusyDevices / Devices;

    /// <summary>Of one user whose grain is active.</summary>
    public double HostBytesPerUser => Math.Min(Input.HistoryEvents, Input.Model.RetainedEvents) * Input.HostBytesPerEvent;

    /// <summary>Users whose grains are active: asked for within the idle time.</summary>
    public double HostUsers => Population.Sum(share => 1 - Math.Exp(-share * CallsInIdleTime));

    public double HostBytes => HostUsers * HostBytesPerUser;

    public long SilosForHostMemory => Ceiling(HostBytes / Input.HostMemoryBytes);

    /// <summary>One for each device, or more where host memory asks for them.</summary>
    public long Silos => Math.Max(Devices, SilosForHostMemory);

    /// <summary>Users who are asked for when no silo has them in memory: each is taken over and read.</summary>
    public double ActivationsPerSecond => CallsPerSecond * Population.Sum(share => share * Math.Exp(-share * CallsInIdleTime));

    public double StoreReadBytesPerSecond => ActivationsPerSecond * Math.Min(Input.HistoryEvents, Input.Model.RetainedEvents) * Input.SegmentBytesPerEvent;

    /// <summary>Writes and reads come to the same machines.</summary>
    public long ShardsForLoad => Ceiling((EventsPerSecond / Input.PostgresEventsPerSecond) + (ActivationsPerSecond / Input.PostgresUsersPerSecond));

    public long ShardsForBytes => Ceiling(StoreBytes / Input.PostgresBytes);

    public long Shards => Math.Max(ShardsForLoad, ShardsForBytes);

    /// <summary>What decides how many silos there are.</summary>
    public string Binds =>
        SilosForHostMemory > Devices ? "host memory" : PrefillDevices > BusyDevices / 2 ? "device memory" : "compute";

    private double CallsPerSecond => Input.ScoresPerSecond + AppendsPerSecond;

    private double CallsInIdleTime => CallsPerSecond * Input.IdleTime.TotalSeconds;

    private LruResidency ResidencyOf(long devices) => LruResidency.Of(Population, (double)devices * ResidentsPerDevice, AppendsPerSecond / Input.ScoresPerSecond);

    private double AppendDevicesAt(double hitShare) => AppendsPerSecond * hitShare * AppendGflop / (Input.Gflops * Input.AppendSpeed);

    private double PrefillDevicesAt(double hitShare) => Input.ScoresPerSecond * (1 - hitShare) * PrefillGflop / (Input.Gflops * Input.PrefillSpeed);

    private double BusyAt(double hitShare) => ScoreDevices + AppendDevicesAt(hitShare) + PrefillDevicesAt(hitShare);

    /// <summary>More devices hold more users, so fewer prefills are left for them: the least number that has the time for what is left.</summary>
    private long LeastDevices()
    {
        var (least, most) = (1L, Ceiling(Math.Max(BusyAt(0), BusyAt(1)) / Input.Utilization));
        while (least < most)
        {
            var middle = least + ((most - least) / 2);
            (least, most) = BusyAt(ResidencyOf(middle).HitShare) <= middle * Input.Utilization ? (least, middle) : (middle + 1, most);
        }

        return least;
    }

    private static long Ceiling(double value) => Math.Max(1, (long)Math.Ceiling(value - 1e-9));
}
