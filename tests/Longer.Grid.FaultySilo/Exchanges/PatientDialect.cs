using System.Data.Common;
using Longer.Grid.Grains;

namespace Longer.Grid.FaultySilo;

/// <summary>Leaves writers that have stopped with the rows that they hold.</summary>
internal sealed class PatientDialect : PostgreSqlDialect
{
    /// <inheritdoc/>
    public override int EndStalledWriters(DbConnection connection) => 0;
}
