using System.Text;
using CsCheck;
using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>MODEL.md section 2, for the implementation that serves and for the oracle's own.</summary>
public sealed class EntityKeyTests
{
    // Published vectors of XXH64 with seed 0: below four bytes, one stripe and a tail (39 bytes), and three stripes and a tail (117).
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void A_text_is_keyed_by_its_published_hash(string id, ulong key)
    {
        Assert.Equal(key, EntityKey.Of(id));
        Assert.Equal(key, OracleIds.Key(id));
    }

    // The first outputs of the SplitMix64 generator from seed 0: the finaliser of one, two and three times its increment.
    [Theory]
    [InlineData(0x0000000000000000, 0x0000000000000000)]
    [InlineData(0x9E3779B97F4A7C15, 0xE220A8397B1DCDAF)]
    [InlineData(0x3C6EF372FE94F82A, 0x6E789E6AA1B965F4)]
    [InlineData(0xDAA66D2C7DDF743F, 0x06C45D188009454F)]
    public void Mix_is_the_finaliser_of_SplitMix64(ulong x, ulong mixed)
    {
        Assert.Equal(mixed, EntityKey.Mix(x));
        Assert.Equal(mixed, OracleIds.Mix(x));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("5", 5)]
    [InlineData("9223372036854775808", 9223372036854775808)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    public void A_canonical_integer_is_its_own_key(string id, ulong key)
    {
        Assert.True(EntityKey.TryCanonicalInteger(id, out var parsed));
        Assert.Equal(key, parsed);
        Assert.Equal(key, EntityKey.Of(id));
        Assert.Equal(key, OracleIds.Key(id));
    }

    // One past 2^64 - 1, 20 and 21 digits, signs, blanks, a leading zero, other digits than ASCII's, a trailing null.
    [Theory]
    [InlineData("")]
    [InlineData("05")]
    [InlineData("00")]
    [InlineData("-1")]
    [InlineData("-0")]
    [InlineData("+5")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("5\0")]
    [InlineData("5.0")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999")]
    [InlineData("100000000000000000000")]
    [InlineData("\u0665")]
    [InlineData("\uff15")]
    public void Any_other_text_is_hashed(string id)
    {
        var hash = OracleIds.Hash(Encoding.UTF8.GetBytes(id));

        Assert.False(EntityKey.TryCanonicalInteger(id, out _));
        Assert.Equal(hash, EntityKey.Of(id));
        Assert.Equal(hash, OracleIds.Key(id));
    }

    [Fact]
    public void Text_is_not_normalised()
    {
        const string Composed = "caf\u00e9", Decomposed = "cafe\u0301";

        Assert.NotEqual(EntityKey.Of(Composed), EntityKey.Of(Decomposed));
        Assert.NotEqual(EntityKey.Of("Jazz"), EntityKey.Of("jazz"));
    }

    // Lengths around the 4, 8 and 32 byte steps of the hash and the 256 byte buffer of the key.
    [Fact]
    public void Both_implementations_agree_on_any_text() =>
        Gen.OneOf(Gen.String[0, 80], Gen.String[Gen.Char.AlphaNumeric, 0, 300], Gen.String[Gen.Char["0123456789"], 0, 22])
            .Sample(id => EntityKey.Of(id) == OracleIds.Key(id), iter: 20_000);

    [Fact]
    public void Both_implementations_agree_on_any_row() =>
        Gen.Select(Gen.ULong, Gen.OneOf(Gen.Int[2, 9], Gen.Int[2, int.MaxValue]))
            .Sample((key, rows) => EntityKey.Row(key, rows) == OracleIds.Row($"{key}", rows), iter: 20_000);

    [Fact]
    public void A_row_is_1_and_up_for_a_value_and_0_for_a_missing_one()
    {
        Assert.Equal(0, EntityKey.Row(null, 2));
        Assert.Equal(0, EntityKey.Row(null, int.MaxValue));
        Assert.Equal(1, EntityKey.Row(0, 2));
        Assert.Equal(1, EntityKey.Row(ulong.MaxValue, 2));

        // mix(0) = 0 is the first row; 0xE220A8397B1DCDAF mod 10 = 5.
        Assert.Equal(1, EntityKey.Row(0, 11));
        Assert.Equal(1 + (int)(0xE220A8397B1DCDAF % 10), EntityKey.Row(0x9E3779B97F4A7C15, 11));
        Gen.Select(Gen.ULong, Gen.Int[2, int.MaxValue])
            .Sample((key, rows) => EntityKey.Row(key, rows) is >= 1 and var row && row < rows);
    }
}
