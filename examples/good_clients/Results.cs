// Fetches every report that waits into a folder, and acknowledges what was stored: C# 12 on .NET 8, HttpClient.
// Nothing here compiles or runs it: unlike the other good clients, it is only shown.
//
// The environment says where and who: API_URL, TOKEN_URL, CLIENT_ID, CLIENT_SECRET, ORGANIZATION_ID.

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

var folder = Directory.CreateDirectory(args[0]).FullName;
Console.WriteLine($"stored and acknowledged {await new Results(folder).Collect()} reports");

sealed class GivenUp(string message) : Exception(message);

sealed record Answer(HttpStatusCode Status, HttpResponseMessage Message, byte[] Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

sealed class Results(string folder)
{
    const int Early = 60, Attempts = 8, Limit = 100;
    const double FirstPause = 2, LongestPause = 300;

    readonly string apiUrl = Variable("API_URL").TrimEnd('/'), tokenUrl = Variable("TOKEN_URL");
    readonly string organizationId = Variable("ORGANIZATION_ID");
    string? token;
    long replaceAt;

    // rule 10
    // One for all calls: it keeps its connection, and verifies certificates.
    readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    // end of rule 10

    // rule 1
    async Task<string> AccessToken()
    {
        if (token is null || Stopwatch.GetTimestamp() >= replaceAt)
        {
            var granted = Expect200(await Repeat(RequestToken)).Json;
            token = granted.GetProperty("access_token").GetString()!;
            replaceAt = Stopwatch.GetTimestamp()
                + (granted.GetProperty("expires_in").GetInt64() - Early) * Stopwatch.Frequency;
        }
        return token;
    }
    // end of rule 1

    // rule 2
    Task<Answer> RequestToken()
    {
        var pair = Encoding.UTF8.GetBytes($"{Variable("CLIENT_ID")}:{Variable("CLIENT_SECRET")}");
        var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials" });
        var request = new HttpRequestMessage(HttpMethod.Post, tokenUrl) { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(pair));
        return Exchange(request);
    }

    async Task<Answer> Send(HttpMethod method, string path, string query, string? content)
    {
        var request = new HttpRequestMessage(method, $"{apiUrl}{path}?{query}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await AccessToken());
        if (content is not null) request.Content = new StringContent(content, Encoding.UTF8, "application/json");
        return await Exchange(request);
    }
    // end of rule 2

    async Task<Answer> Exchange(HttpRequestMessage request)
    {
        var message = await http.SendAsync(request);
        return new Answer(message.StatusCode, message, await message.Content.ReadAsByteArrayAsync());
    }

    // rule 3
    async Task<Answer> Call(HttpMethod method, string path, string query, string? content = null)
    {
        var answer = await Repeat(() => Send(method, path, query, content));
        if (answer.Status == HttpStatusCode.Unauthorized)
        {
            token = null;
            answer = await Repeat(() => Send(method, path, query, content));
        }
        return answer;
    }
    // end of rule 3

    // rule 5
    async Task<Answer> Repeat(Func<Task<Answer>> send)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var wait = Math.Min(FirstPause * Math.Pow(2, attempt), LongestPause) * (1 + Random.Shared.NextDouble() / 2);
            try
            {
                var answer = await send();
                CheckWhole(answer);
                if (!FailedForNow(answer)) return answer;
                wait = Math.Max(wait, RetryAfter(answer));
            }
            catch (Exception error) when (error is IOException or TaskCanceledException or JsonException
                or HttpRequestException { HttpRequestError: not HttpRequestError.SecureConnectionError })
            {
            }
            await Task.Delay(TimeSpan.FromSeconds(wait));
        }
        throw new GivenUp($"{Attempts} attempts failed: is {apiUrl} in service?");
    }
    // end of rule 5

    // rule 4
    static bool FailedForNow(Answer answer) =>
        answer.Status == HttpStatusCode.TooManyRequests || (int)answer.Status >= 500
        || (answer.Status == HttpStatusCode.Conflict && answer.Message.Headers.RetryAfter is not null);

    static double RetryAfter(Answer answer) => answer.Message.Headers.RetryAfter switch
    {
        { Delta: { } seconds } => seconds.TotalSeconds,
        { Date: { } date } => (date - DateTimeOffset.UtcNow).TotalSeconds,
        _ => 0,
    };
    // end of rule 4

    // rule 6
    public async Task WaitFor(string orderId)
    {
        var pause = FirstPause;
        while ((await Get("/status", $"order_id={orderId}")).GetProperty("status").GetString()
            is "RECEIVED" or "PROCESSING")
        {
            await Task.Delay(TimeSpan.FromSeconds(pause));
            pause = Math.Min(2 * pause, LongestPause);
        }
    }
    // end of rule 6

    // rule 7
    public async Task<int> Collect()
    {
        for (var number = 0; ;)
        {
            var query = $"organizationId={Uri.EscapeDataString(organizationId)}&limit={Limit}";
            var listed = (await Get("/reports", query)).GetProperty("reports").EnumerateArray().ToList();
            var stored = new List<string>();
            foreach (var report in listed)
                if (await Take(report) is { } id) stored.Add(id);
            await Acknowledge(stored);
            number += stored.Count;
            if (listed.Count < Limit || stored.Count == 0) return number;
        }
    }

    async Task<string?> Take(JsonElement report)
    {
        var listed = report.GetProperty("report_id").GetString()!;
        if (File.Exists(PathOf(listed))) return listed; // stored by a run that ended before its acknowledgement
        if (await Fetch(report) is not { } answer) return null;
        var id = answer.Message.Headers.GetValues("X-Report-Id").Single(); // a newer one, if it was amended meanwhile
        Store(id, answer.Body);
        var former = report.GetProperty("supersedes").GetString();
        if (former is not null && File.Exists(PathOf(former)))
            File.Move(PathOf(former), Path.ChangeExtension(PathOf(former), "superseded"), overwrite: true);
        return id;
    }
    // end of rule 7

    // rule 8
    async Task<Answer?> Fetch(JsonElement report)
    {
        var query = $"order_id={report.GetProperty("order_id").GetString()}&report_type=json";
        var answer = await Call(HttpMethod.Get, "/results", query);
        return answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict ? null : Expect200(answer);
    }

    static void CheckWhole(Answer answer)
    {
        var digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(answer.Body))}:";
        if (answer.Message.Headers.TryGetValues("Content-Digest", out var sent) && !sent.Any(s => s.Contains(digest)))
            throw new IOException("the bytes have another digest");
        if (answer.Message.Content.Headers.ContentType?.MediaType == "application/json") _ = answer.Json;
    }
    // end of rule 8

    // rule 9
    void Store(string id, byte[] content)
    {
        File.WriteAllBytes(PathOf(id) + ".part", content);
        File.Move(PathOf(id) + ".part", PathOf(id), overwrite: true);
    }

    async Task Acknowledge(IReadOnlyCollection<string> reportIds)
    {
        if (reportIds.Count == 0) return;
        var content = JsonSerializer.Serialize(new { report_ids = reportIds });
        Expect200(await Call(HttpMethod.Post, "/reports", $"organizationId={organizationId}", content));
    }
    // end of rule 9

    string PathOf(string id) => Path.Combine(folder, Uri.EscapeDataString(id) + ".report");

    async Task<JsonElement> Get(string path, string query) =>
        Expect200(await Call(HttpMethod.Get, path, query)).Json;

    static Answer Expect200(Answer answer) => answer.Status == HttpStatusCode.OK
        ? answer
        : throw new GivenUp($"{answer.Message.RequestMessage?.RequestUri?.AbsolutePath} answered {(int)answer.Status}");

    static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new GivenUp($"{name} is missing: set it in the environment");
}
