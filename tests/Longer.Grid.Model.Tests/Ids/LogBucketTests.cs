using CsCheck;
using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>MODEL.md section 2, for the implementation that serves and for the oracle's own.</summary>
public sealed class LogBucketTests
{
    // By hand from the formula; from 2^31 - 1 on it is the last bucket that means a number.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    [InlineData(4, 4)]
    [InlineData(5, 5)]
    [InlineData(6, 5)]
    [InlineData(7, 6)]
    [InlineData(3599, 23)]
    [InlineData(86399, 32)]
    [InlineData((1L << 31) - 2, 61)]
    [InlineData((1L << 31) - 1, 62)]
    [InlineData(1L << 31, 62)]
    [InlineData(1L << 62, 62)]
    [InlineData(long.MaxValue, 62)]
    public void A_number_has_the_bucket_of_its_half_octave(long value, int bucket)
    {
        Assert.Equal(bucket, LogBucket.Of(value));
        Assert.Equal(bucket, OracleBuckets.Of(value));
    }

    [Fact]
    public void A_negative_number_has_no_bucket() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LogBucket.Of(-1));

    // Whole seconds, floored; none for an earlier instant.
    [Theory]
    [InlineData(5_000, 5_000, 0)]
    [InlineData(5_000, 5_999, 0)]
    [InlineData(5_000, 6_000, 2)]
    [InlineData(5_000, 6_999, 2)]
    [InlineData(5_000, 7_000, 3)]
    [InlineData(5_000, 4_999, 0)]
    [InlineData(5_000, -1_000_000, 0)]
    public void A_duration_has_the_bucket_of_its_whole_seconds(long fromMs, long toMs, int bucket)
    {
        Assert.Equal(bucket, LogBucket.OfSeconds(fromMs, toMs));
        Assert.Equal(bucket, OracleBuckets.OfSeconds(fromMs, toMs));
    }

    [Fact]
    public void Both_implementations_agree_and_buckets_never_fall()
    {
        var any = Gen.Select(Gen.Int[0, 63], Gen.Long[0, long.MaxValue]).Select((shift, value) => value >> shift);

        any.Sample(value => LogBucket.Of(value) == OracleBuckets.Of(value), iter: 20_000);
        Gen.Select(any, any).Sample((a, b) => LogBucket.Of(Math.Min(a, b)) <= LogBucket.Of(Math.Max(a, b)), iter: 20_000);
    }

    [Fact]
    public void Both_implementations_agree_on_durations() =>
        Gen.Select(Gen.Long[-4_000_000_000_000, 4_000_000_000_000], Gen.Long[-4_000_000_000_000, 4_000_000_000_000])
            .Sample((from, to) => LogBucket.OfSeconds(from, to) == OracleBuckets.OfSeconds(from, to), iter: 20_000);
}
