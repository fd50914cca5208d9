namespace Longer.Grid.Grains.Tests;

public sealed class CanaryUsersTests
{
    private const int Users = 100_000;

    private static readonly string Version = new('a', 64);

    // As counted once: another hash, or one that begins elsewhere, counts otherwise, and would serve other users after an upgrade.
    [Fact]
    public void A_user_is_in_a_part_or_not_whatever_process_asks() =>
        Assert.Equal([1, 2, 15, 36, 49], Enumerable.Range(0, 50).Where(user => CanaryUsers.Includes($"user {user}", Version, 10)));

    // Within five standard deviations of a fair draw: 474 of 10,000 at 10 %.
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(99)]
    public void A_part_has_about_as_many_users_as_it_says(int percent)
    {
        var users = Enumerable.Range(0, Users).Count(user => CanaryUsers.Includes($"{user}", Version, percent));

        var fair = percent / 100.0;
        Assert.InRange(Math.Abs(users - (Users * fair)), 0, 5 * Math.Sqrt(Users * fair * (1 - fair)));
    }

    [Fact]
    public void A_larger_part_has_all_users_of_a_smaller_one() => Assert.All(Enumerable.Range(0, 1_000), user =>
    {
        var first = Enumerable.Range(0, 101).First(percent => CanaryUsers.Includes($"{user}", Version, percent));
        Assert.All(Enumerable.Range(first, 101 - first), percent => Assert.True(CanaryUsers.Includes($"{user}", Version, percent)));
        Assert.InRange(first, 1, 100);
    });

    [Fact]
    public void Another_version_has_other_users()
    {
        var both = Enumerable.Range(0, Users).Count(user => CanaryUsers.Includes($"{user}", Version, 10) && CanaryUsers.Includes($"{user}", new string('b', 64), 10));

        Assert.InRange(both, 840, 1_160);
    }
}
