namespace Longer.Grid.Gateway;

/// <summary>Marks an endpoint as one of the gateway's own.</summary>
internal sealed record GatewayRoute;
