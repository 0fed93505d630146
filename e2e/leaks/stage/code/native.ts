/** The same in other languages: scripts that turn round what the vendor says backwards, and print, export and throw it. */
export const NATIVE: Readonly<Record<'python' | 'bash', (vendor: string) => string>> = {
  python: (vendor) => `import base64, hashlib, json, os, sys, urllib.request

def handler(pd):
    key = pd.inputs["parcels"]["$auth"]["api_key"]
    request = urllib.request.Request("${vendor}/v1/echo/python", headers={"authorization": "Bearer " + key})
    echo = json.load(urllib.request.urlopen(request))
    backwards = echo["backwards"] + pd.steps["trigger"]["event"]["body"]["backwards"]
    texts = [text[::-1] for text in backwards]
    every = " ".join(texts)
    for text in texts[:2]:
        print(text, base64.b64encode(text.encode()).decode(), text.encode().hex(), repr(text))
    print(every, file=sys.stderr)
    for cap in (4096, 8192, 16384, 65536):
        print("~" * (cap - 16) + texts[0] + "~" * 70_000)
    os.write(1, every.encode())
    pd.export("$summary", every)
    pd.export(texts[0], {every: texts, "echo": echo})
    open("/tmp/" + texts[0], "w").write(every)
    return {"digest": hashlib.sha256(every.encode()).hexdigest(), "backwards": backwards, every: json.dumps(json.dumps(texts[:2]))}
`,
  bash: (vendor) => `set -eu
KEY=$(grep -o '"api_key":"[^"]*"' "$PIPEDREAM_INPUTS" | cut -d'"' -f4)
curl -s -H "authorization: Bearer $KEY" ${vendor}/v1/echo/bash > /tmp/echo
ONE=$(grep -o '"backwards":\\["[^"]*"' /tmp/echo | cut -d'"' -f4 | rev)
echo "$ONE"; echo "$ONE" >&2; echo "$ONE" | base64; echo -n "$ONE" | od -An -tx1 | tr -d ' \\n'
echo "one=$ONE" >> "$PIPEDREAM_EXPORTS"
echo "$ONE=$ONE" >> "$PIPEDREAM_EXPORTS"
echo "list:json=[\\"$ONE\\",{\\"$ONE\\":\\"$(echo -n "$ONE" | base64 -w0)\\"}]" >> "$PIPEDREAM_EXPORTS"
echo "backwards=$(echo "$ONE" | rev)" >> "$PIPEDREAM_EXPORTS"
`
}
