using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>A part of a group's transaction: all of it or none.</summary>
internal abstract record StoreWrite
{
    /// <summary>Groups run their writes in this order everywhere, so that two silos' groups do not wait for each other.</summary>
    public abstract string Order { get; }

    /// <summary>About how many statements it takes: a group holds no more than the database runs in one go.</summary>
    public virtual int Statements => 1;

    /// <summary>Whether rows of it carry the transaction's change number.</summary>
    public virtual bool Changes => false;

    /// <summary>Whether nothing that was stored may be found anywhere once it is answered.</summary>
    public virtual bool Erases => false;

    /// <summary>What runs first, whatever becomes of the write.</summary>
    public virtual IEnumerable<SqlStatement> Before(SqlDialect dialect) => [];

    /// <summary>What decides: each of these answers rows, or none.</summary>
    public abstract IReadOnlyList<SqlStatement> Decide(SqlDialect dialect, long nowMs);

    /// <summary>What the caller gets; <see langword="null"/> where the write's condition does not hold.</summary>
    /// <param name="before">The result as of the deciding statements before.</param>
    /// <param name="rows">What the next one answered.</param>
    public abstract object? Result(object? before, DbDataReader rows);

    /// <summary>What follows; it does nothing where the condition does not hold.</summary>
    public virtual IEnumerable<SqlStatement> Follow(SqlDialect dialect) => [];
}
