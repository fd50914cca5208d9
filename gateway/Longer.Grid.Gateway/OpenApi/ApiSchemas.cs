using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Longer.Grid.Gateway;

/// <summary>The schemas of every body, as JSON Schema, with the limits that the readers hold to.</summary>
internal static class ApiSchemas
{
    /// <summary>Adds them to a document.</summary>
    public static void AddTo(OpenApiDocument document)
    {
        var read = OpenApiDocument.Parse(
            $$$"""{ "openapi": "3.1.1", "info": { "title": "", "version": "" }, "paths": {}, "components": { "schemas": {{{Schemas}}} } }""", "json", new OpenApiReaderSettings());
        if (read is not { Document.Components.Schemas: { } schemas, Diagnostic.Errors.Count: 0 })
        {
            throw new InvalidOperationException($"The schemas do not parse: {string.Join("; ", read.Diagnostic?.Errors ?? [])}");
        }

        document.Components ??= new OpenApiComponents();
        document.Components.Schemas = schemas;
    }

    private static string Schemas => $$"""
        {
          "Id": {
            "description": "{{Accepted.Id}}. 5 and \"5\" are one id.",
            "oneOf": [
              { "type": "integer", "minimum": 0, "maximum": {{ulong.MaxValue}} },
              { "type": "string", "minLength": 1, "maxLength": {{GatewayLimits.IdBytes}} }
            ]
          },
          "IdText": { "description": "An id as a string, also where it came as a number.", "type": "string", "minLength": 1, "maxLength": {{GatewayLimits.IdBytes}} },
          "At": {
            "description": "{{Accepted.At}}.",
            "oneOf": [
              { "type": "integer", "minimum": {{GatewayLimits.EarliestAtMs}} },
              { "type": "string", "maxLength": 35, "pattern": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d(:?\\d\\d)?)$" }
            ]
          },
          "Features": {
            "description": "Ids by name, {{Accepted.FeatureName}}. A null is a missing value. Names that the model does not know are kept with events and profiles, and ignored with candidates.",
            "type": "object",
            "maxProperties": {{GatewayLimits.Features}},
            "propertyNames": { "minLength": 1, "maxLength": {{GatewayLimits.NameBytes}} },
            "additionalProperties": { "oneOf": [ { "$ref": "#/components/schemas/Id" }, { "type": "null" } ] }
          },
          "Candidate": {
            "type": "object",
            "additionalProperties": false,
            "required": ["itemId"],
            "properties": { "itemId": { "$ref": "#/components/schemas/Id" }, "features": { "$ref": "#/components/schemas/Features" } }
          },
          "ScoreRequest": {
            "type": "object",
            "additionalProperties": false,
            "required": ["userId", "candidates"],
            "properties": {
              "userId": { "$ref": "#/components/schemas/Id" },
              "candidates": { "type": "array", "minItems": 1, "maxItems": {{GatewayLimits.Candidates}}, "items": { "$ref": "#/components/schemas/Candidate" } },
              "at": { "description": "The moment to score for, now by default. It sets durations and hides no event.", "$ref": "#/components/schemas/At" },
              "topK": { "description": "Answer with so many of the best. More than there are candidates is all of them.", "type": "integer", "minimum": 1 },
              "rankBy": { "description": "The task that topK ranks by; the model's first by default.", "type": "string", "minLength": 1, "maxLength": {{GatewayLimits.NameBytes}} },
              "timeoutMs": { "description": "How long the caller will wait.", "type": "integer", "minimum": 1, "maximum": {{GatewayLimits.TimeoutMs}} }
            }
          },
          "ScoreAnswer": {
            "type": "object",
            "additionalProperties": false,
            "required": ["requestId", "modelVersion", "userEvents", "cache", "items"],
            "properties": {
              "requestId": { "type": "string" },
              "modelVersion": { "description": "The version that computed all of these scores.", "type": "string" },
              "userEvents": { "description": "Events ever accepted for this user, all of which the scores know.", "type": "integer", "minimum": 0 },
              "cache": { "description": "Whether the user's state was on the device already.", "type": "string", "enum": ["warm", "cold"] },
              "items": {
                "type": "array",
                "items": {
                  "type": "object",
                  "additionalProperties": false,
                  "required": ["itemId", "scores"],
                  "properties": {
                    "itemId": { "description": "As it was sent.", "$ref": "#/components/schemas/Id" },
                    "scores": {
                      "description": "sigmoid(logit) of each task, with all digits of a float32.",
                      "type": "object",
                      "additionalProperties": { "type": "number", "minimum": 0, "maximum": 1 }
                    }
                  }
                }
              }
            }
          },
          "Event": {
            "type": "object",
            "additionalProperties": false,
            "required": ["itemId", "action", "at"],
            "properties": {
              "itemId": { "$ref": "#/components/schemas/Id" },
              "action": { "description": "{{Accepted.Action}}. The model need not know it.", "type": "string", "minLength": 1, "maxLength": {{GatewayLimits.IdBytes}} },
              "at": { "$ref": "#/components/schemas/At" },
              "features": { "$ref": "#/components/schemas/Features" }
            }
          },
          "EventsRequest": {
            "type": "object",
            "additionalProperties": false,
            "required": ["events"],
            "properties": {
              "events": { "description": "In any order: they are sorted by time.", "type": "array", "minItems": 1, "maxItems": {{GatewayLimits.Events}}, "items": { "$ref": "#/components/schemas/Event" } }
            }
          },
          "EventsAnswer": {
            "type": "object",
            "additionalProperties": false,
            "required": ["accepted", "duplicates", "userEvents"],
            "properties": {
              "accepted": { "type": "integer", "minimum": 0 },
              "duplicates": { "type": "integer", "minimum": 0 },
              "userEvents": { "description": "Events ever accepted for this user.", "type": "integer", "minimum": 0 }
            }
          },
          "UserAnswer": {
            "type": "object",
            "additionalProperties": false,
            "required": ["userId", "userEvents", "firstOrdinal", "firstAt", "lastAt", "tier", "silo", "modelVersion", "deviceBytes", "hostBytes"],
            "properties": {
              "userId": { "$ref": "#/components/schemas/IdText" },
              "userEvents": { "description": "Events ever accepted.", "type": "integer", "minimum": 0 },
              "firstOrdinal": { "description": "Ordinal of the oldest event that is kept.", "type": "integer", "minimum": 0 },
              "firstAt": { "description": "Its time in Unix milliseconds; null where there is none.", "type": ["integer", "null"] },
              "lastAt": { "description": "Time of the newest event by ordinal, in Unix milliseconds.", "type": ["integer", "null"] },
              "tier": { "description": "The fastest tier that held the user.", "type": "string", "enum": ["device", "host", "store"] },
              "silo": { "type": "string" },
              "modelVersion": { "description": "The version that the device state was computed with.", "type": ["string", "null"] },
              "deviceBytes": { "type": "integer", "minimum": 0 },
              "hostBytes": { "type": "integer", "minimum": 0 }
            }
          },
          "HistoryAnswer": {
            "type": "object",
            "additionalProperties": false,
            "required": ["events", "next"],
            "properties": {
              "events": {
                "type": "array",
                "maxItems": {{GatewayLimits.HistoryPage}},
                "items": {
                  "type": "object",
                  "additionalProperties": false,
                  "required": ["ordinal", "itemId", "action", "at", "features"],
                  "properties": {
                    "ordinal": { "description": "0 for the user's first event ever; it never changes.", "type": "integer", "minimum": 0 },
                    "itemId": { "$ref": "#/components/schemas/IdText" },
                    "action": { "type": "string" },
                    "at": { "description": "Unix milliseconds.", "type": "integer" },
                    "features": { "type": "object", "additionalProperties": { "$ref": "#/components/schemas/IdText" } }
                  }
                }
              },
              "next": { "description": "What to ask for as before to go on; null when nothing older is kept.", "type": ["integer", "null"] }
            }
          },
          "ProfileRequest": {
            "type": "object",
            "additionalProperties": false,
            "required": ["features"],
            "properties": { "features": { "$ref": "#/components/schemas/Features" } }
          },
          "Labels": {
            "description": "0 or 1 by task: {{Accepted.LabelName}}. A task of which nothing is known is left out; the model need not know it.",
            "type": "object",
            "minProperties": 1,
            "maxProperties": {{GatewayLimits.Labels}},
            "propertyNames": { "minLength": 1, "maxLength": {{GatewayLimits.NameBytes}} },
            "additionalProperties": { "type": "integer", "enum": [0, 1] }
          },
          "OutcomeItem": {
            "type": "object",
            "additionalProperties": false,
            "required": ["itemId", "labels"],
            "properties": {
              "itemId": { "$ref": "#/components/schemas/Id" },
              "features": { "description": "As the item was scored with.", "$ref": "#/components/schemas/Features" },
              "labels": { "$ref": "#/components/schemas/Labels" }
            }
          },
          "Outcome": {
            "type": "object",
            "additionalProperties": false,
            "required": ["userId", "at", "items"],
            "properties": {
              "userId": { "$ref": "#/components/schemas/Id" },
              "at": { "description": "The moment of the score, not of what came of it: what is learned from it are the events before.", "$ref": "#/components/schemas/At" },
              "requestId": { "description": "What the caller names the request by, such as the requestId of its score.", "type": "string", "minLength": 1, "maxLength": {{GatewayLimits.IdBytes}} },
              "items": { "description": "What was shown, in its order.", "type": "array", "minItems": 1, "maxItems": {{GatewayLimits.OutcomeItems}}, "items": { "$ref": "#/components/schemas/OutcomeItem" } }
            }
          },
          "OutcomesRequest": {
            "type": "object",
            "additionalProperties": false,
            "required": ["outcomes"],
            "properties": {
              "outcomes": { "type": "array", "minItems": 1, "maxItems": {{GatewayLimits.Outcomes}}, "items": { "$ref": "#/components/schemas/Outcome" } }
            }
          },
          "OutcomesAnswer": {
            "type": "object",
            "additionalProperties": false,
            "required": ["accepted", "duplicates"],
            "properties": {
              "accepted": { "description": "Outcomes that are new.", "type": "integer", "minimum": 0 },
              "duplicates": { "description": "Outcomes that were there already, or stand twice in the body.", "type": "integer", "minimum": 0 }
            }
          },
          "ModelUpload": {
            "type": "object",
            "additionalProperties": false,
            "required": ["config", "weights"],
            "properties": {
              "config": { "description": "config.json.", "type": "string", "format": "binary" },
              "weights": { "description": "weights.safetensors.", "type": "string", "format": "binary" },
              "metrics": { "description": "metrics.json, a JSON object; it is listed with the version and is no part of it.", "type": "string", "format": "binary" }
            }
          },
          "VersionAnswer": {
            "type": "object",
            "additionalProperties": false,
            "required": ["version"],
            "properties": { "version": { "type": "string", "pattern": "^[0-9a-f]{64}$" } }
          },
          "StateAnswer": {
            "type": "object",
            "additionalProperties": false,
            "required": ["version", "state"],
            "properties": { "version": { "type": "string", "pattern": "^[0-9a-f]{64}$" }, "state": { "$ref": "#/components/schemas/ModelState" } }
          },
          "ModelState": { "description": "published: loaded nowhere; loading: beside the active one; canary: serving a part of the users; active: serving.", "type": "string", "enum": ["published", "loading", "canary", "active"] },
          "Canary": {
            "description": "The version that serves a part of the users, so many of a hundred.",
            "type": "object",
            "additionalProperties": false,
            "required": ["version", "percent"],
            "properties": { "version": { "type": "string" }, "percent": { "type": "integer", "minimum": 1, "maximum": 99 } }
          },
          "ModelsAnswer": {
            "type": "object",
            "additionalProperties": false,
            "required": ["active", "previous", "canary", "models", "training"],
            "properties": {
              "active": { "type": ["string", "null"] },
              "previous": { "type": ["string", "null"] },
              "canary": { "oneOf": [ { "$ref": "#/components/schemas/Canary" }, { "type": "null" } ] },
              "models": {
                "type": "array",
                "items": {
                  "type": "object",
                  "additionalProperties": false,
                  "required": ["version", "createdAt", "state", "rollout", "metrics", "parent", "rolledBack"],
                  "properties": {
                    "version": { "type": "string" },
                    "createdAt": { "description": "Unix milliseconds.", "type": "integer" },
                    "state": { "$ref": "#/components/schemas/ModelState" },
                    "rollout": { "description": "How far it is on its way: waiting, loading 2/3 silos, warming 1/3 silos, re-encoding 63 %, or, while it is the canary, canary 10 %; null where nothing is under way.", "type": ["string", "null"] },
                    "metrics": { "description": "The metrics.json that came with it.", "type": ["object", "null"] },
                    "parent": { "description": "The version that its training started from, as lineage.parent of its metrics says.", "type": ["string", "null"] },
                    "rolledBack": {
                      "description": "Why a guard took it back, and when, in Unix milliseconds; null where none did, or it was activated since.",
                      "type": ["object", "null"],
                      "additionalProperties": false,
                      "required": ["reason", "at"],
                      "properties": { "reason": { "type": "string" }, "at": { "type": "integer" } }
                    }
                  }
                }
              },
              "training": {
                "description": "The last period of continuous training; null before the first.",
                "type": ["object", "null"],
                "additionalProperties": false,
                "required": ["at", "result", "version", "events", "requests", "testedLabels", "logLoss", "activeLogLoss", "labelsFrom", "seconds", "totalEvents"],
                "properties": {
                  "at": { "description": "When it ended, in Unix milliseconds.", "type": "integer" },
                  "result": { "description": "What was published, or why nothing was.", "type": "string" },
                  "version": { "type": ["string", "null"] },
                  "events": { "description": "Behaviours that it read.", "type": "integer" },
                  "requests": { "description": "Requests that it trained on.", "type": "integer" },
                  "testedLabels": { "description": "Labels that it measured on, none of them trained on before.", "type": "integer" },
                  "logLoss": { "description": "On those, of the new weights.", "type": ["number", "null"] },
                  "activeLogLoss": { "description": "On those, of the version that was active.", "type": ["number", "null"] },
                  "labelsFrom": { "type": "string", "enum": ["outcomes", "actions"] },
                  "seconds": { "description": "Time that fitting took.", "type": "number" },
                  "totalEvents": { "description": "Behaviours that training has read in all.", "type": "integer" }
                }
              }
            }
          },
          "ClusterAnswer": {
            "type": "object",
            "additionalProperties": false,
            "required": ["silos"],
            "properties": {
              "silos": {
                "type": "array",
                "items": {
                  "type": "object",
                  "additionalProperties": false,
                  "required": ["silo", "name", "roles", "state", "serving"],
                  "properties": {
                    "silo": { "description": "Its id: another one after each start.", "type": "string" },
                    "name": { "type": "string" },
                    "roles": { "type": "array", "items": { "type": "string", "enum": ["serve", "gateway", "train"] } },
                    "state": { "type": "string", "enum": ["joining", "active", "draining", "shuttingdown", "stopping"] },
                    "serving": {
                      "type": ["object", "null"],
                      "additionalProperties": false,
                      "required": ["modelVersion", "canary", "pending", "device", "kvBudgetBytes", "kvUsedBytes", "residentUsers", "activeUsers", "queue", "unsafeDurability", "reencoding"],
                      "properties": {
                        "modelVersion": { "type": ["string", "null"] },
                        "canary": { "oneOf": [ { "$ref": "#/components/schemas/Canary" }, { "type": "null" } ] },
                        "pending": { "description": "The version that it loads, or has loaded, and that does not serve yet.", "type": ["string", "null"] },
                        "device": { "type": "string" },
                        "kvBudgetBytes": { "type": "integer" },
                        "kvUsedBytes": { "type": "integer" },
                        "residentUsers": { "description": "With a state on the device.", "type": "integer" },
                        "activeUsers": { "description": "With their events in memory.", "type": "integer" },
                        "queue": { "description": "Calls that wait for a worker.", "type": "integer" },
                        "unsafeDurability": { "description": "Whether a power loss may take acknowledged events.", "type": "boolean" },
                        "reencoding": {
                          "description": "How far users have states of the version that is to serve them, which leaving has served so far; null once all have.",
                          "type": ["object", "null"],
                          "additionalProperties": false,
                          "required": ["leaving", "done", "of"],
                          "properties": { "leaving": { "type": "string" }, "done": { "type": "integer" }, "of": { "type": "integer" } }
                        }
                      }
                    }
                  }
                }
              }
            }
          },
          "DrainAnswer": {
            "type": "object",
            "additionalProperties": false,
            "required": ["silo", "state"],
            "properties": { "silo": { "type": "string" }, "state": { "type": "string", "enum": ["draining"] } }
          },
          "HealthAnswer": {
            "type": "object",
            "additionalProperties": false,
            "required": ["status"],
            "properties": { "status": { "type": "string", "enum": ["live", "ready"] } }
          },
          "AnyObject": { "type": "object" },
          "Problem": {
            "description": "Problem details (RFC 9457).",
            "type": "object",
            "additionalProperties": false,
            "required": ["type", "title", "status", "detail", "requestId"],
            "properties": {
              "type": { "description": "The kind of problem; it never changes its meaning.", "type": "string", "enum": [{{string.Join(", ", ProblemType.All.Select(t => $"\"{t.Uri}\""))}}] },
              "title": { "description": "The same for every problem of a kind.", "type": "string" },
              "status": { "type": "integer", "minimum": 400, "maximum": 599 },
              "detail": { "description": "What is wrong with this request.", "type": "string" },
              "requestId": { "description": "Names the request in the gateway's log. The caller's own X-Request-Id where it sent one.", "type": "string" },
              "retryAfterMs": { "description": "How long to wait; the header Retry-After has it in whole seconds.", "type": "integer", "minimum": 0 },
              "errors": {
                "description": "Every field that is wrong, up to {{JsonBodyReader.MostProblems}}.",
                "type": "array",
                "items": {
                  "type": "object",
                  "additionalProperties": false,
                  "required": ["path", "detail", "accepted"],
                  "properties": {
                    "path": { "description": "A JSON path ($.candidates[3].itemId), a query parameter (?limit), a segment of the path ({id}), a header's name, or a part of a form (part weights).", "type": "string" },
                    "detail": { "description": "What was found there.", "type": "string" },
                    "accepted": { "description": "What is accepted there.", "type": "string" }
                  }
                }
              }
            }
          }
        }
        """;
}
