using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Longer.Grid.Silo;

/// <summary>A gateway's model routes, as its clients use them.</summary>
internal sealed class GridClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Speaks to one gateway.</summary>
    /// <param name="url">Scheme, host and port; a path before <c>/v1</c> is kept.</param>
    public GridClient(Uri url)
    {
        Url = url;
        // An upload takes what it takes; connecting to nobody must not.
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            BaseAddress = new Uri(url.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The gateway as it was given.</summary>
    public Uri Url { get; }

    /// <summary>Streams a folder's files up.</summary>
    /// <param name="folder">Read once, never held in memory.</param>
    /// <param name="onSent">Told the bytes of each piece that was sent.</param>
    /// <param name="cancellationToken">Ends the upload; the gateway keeps nothing of it.</param>
    /// <returns>The version, and whether the gateway had not had it before.</returns>
    /// <exception cref="CommandException">The gateway refuses it or cannot be reached.</exception>
    public async Task<(string Version, bool Created)> PublishAsync(ModelFolder folder, Action<int> onSent, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent();
        foreach (var file in folder.Files)
        {
            var part = new StreamContent(new CountedStream(folder.Open(file), onSent), 1 << 17);
            part.Headers.ContentType = new MediaTypeHeaderValue(file == ModelFolder.Weights ? "application/octet-stream" : "application/json");
            form.Add(part, Path.GetFileNameWithoutExtension(file), file);
        }

        using var response = await SendAsync("v1/models", form, $"{folder.Name} was not published", cancellationToken);
        return (await FieldAsync(response, "version", cancellationToken), response.StatusCode == HttpStatusCode.Created);
    }

    /// <summary>Asks for a version to serve.</summary>
    /// <returns>Its state: <c>active</c>, or how far it is.</returns>
    /// <exception cref="CommandException">The gateway refuses it or cannot be reached.</exception>
    public async Task<string> ActivateAsync(string version, CancellationToken cancellationToken)
    {
        using var response = await SendAsync($"v1/models/{version}/activate", null, $"{version} was not activated", cancellationToken);
        return await FieldAsync(response, "state", cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, HttpContent? content, string otherwise, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.PostAsync(path, content, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"{otherwise}: {Url}: {e.Message}", e);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new CommandException($"{otherwise}: {await GridProblem.TextAsync(response, cancellationToken)}");
        }
    }

    private async Task<string> FieldAsync(HttpResponseMessage response, string field, CancellationToken cancellationToken)
    {
        try
        {
            using var json = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
            return json.RootElement.GetProperty(field).GetString()!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CommandException($"{Url}: the answer is not a Longer.Grid gateway's", e);
        }
    }
}
