using Longer.Grid.Gateway;

return await GatewayProcess.RunAsync(args, Console.Out, Console.Error);
