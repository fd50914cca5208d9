using System.Globalization;

namespace Longer.Grid.Training;

/// <summary>What clones gave and what was left out of it.</summary>
/// <param name="Repositories">Clones read.</param>
/// <param name="Commits">Commits read; merges are not.</param>
/// <param name="LargeCommits">Of these, left out for touching too many files.</param>
/// <param name="ImpossibleTimes">Of these, left out for a time before 1990 or more than a day ahead.</param>
/// <param name="UnusablePaths">Touches left out: the path is no id (too long, not UTF-8, or with control characters).</param>
/// <param name="Contributors">Contributors kept.</param>
/// <param name="ContributorsLeftOut">Contributors left out for having fewer than <paramref name="FewestEvents"/> events.</param>
/// <param name="FewestEvents">What a contributor had to have.</param>
public sealed record GitHistoryReport(
    int Repositories, int Commits, int LargeCommits, int ImpossibleTimes, int UnusablePaths, int Contributors, int ContributorsLeftOut, int FewestEvents)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Commits:N0} commits of {Repositories} repositories read; left out: {LargeCommits:N0} large ones, {ImpossibleTimes:N0} of impossible times, " +
        $"{UnusablePaths:N0} unusable paths, {ContributorsLeftOut:N0} contributors with fewer than {FewestEvents} events ({Contributors:N0} kept)");
}
