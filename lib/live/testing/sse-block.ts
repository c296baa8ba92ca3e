/** What one block of a server-sent event stream says; what it does not say is undefined. */
export type SseBlock = { event: string | undefined; id: string | undefined; data: unknown };

/** Reads one block, which is the text between two blank lines. @throws SyntaxError if its data are no JSON */
export function readSseBlock(block: string): SseBlock {
  const fields = new Map(
    block.split("\n").map((line): [string, string] => {
      const colon = line.indexOf(": ");
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
  const data = fields.get("data");
  return {
    event: fields.get("event"),
    id: fields.get("id"),
    data: data === undefined ? undefined : JSON.parse(data),
  };
}
