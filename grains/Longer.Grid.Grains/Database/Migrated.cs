namespace Longer.Grid.Grains;

/// <summary>What bringing a database's tables up to date came to.</summary>
/// <param name="From">The version found; 0 without any table.</param>
/// <param name="To">The version now.</param>
/// <param name="CarriedChangesOn">Whether change numbers had to be carried on: the database was restored into a younger server.</param>
public readonly record struct Migrated(int From, int To, bool CarriedChangesOn);
