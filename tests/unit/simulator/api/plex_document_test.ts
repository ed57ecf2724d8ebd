/** Documents as JSON and as XML (docs/plex/api.md#elements). */
import assert from "node:assert/strict";
import { children, container, toJson, toXml } from "../../../../src/simulator/api/plex_document.ts";

Deno.test("a list that would be empty is absent", () => {
  assert.equal(children([]), undefined);
  assert.equal(toJson(container("Metadata", [])), '{"MediaContainer":{"size":0}}');
  assert.deepEqual(container("Activity", [{ uuid: "a" }], { identifier: "x" }), {
    MediaContainer: { size: 1, identifier: "x", Activity: [{ uuid: "a" }] },
  });
});

/** The elements of a document as XML, without its declaration. */
function elementsOf(document: Parameters<typeof toXml>[0]): string {
  const [declaration, ...lines] = toXml(document).split("\n");
  assert.equal(declaration, '<?xml version="1.0" encoding="UTF-8"?>');
  return lines.join("\n").trimEnd();
}

Deno.test("XML has attributes for scalars, elements for what is inside, and 1 and 0 for booleans", () => {
  const document = {
    MediaContainer: {
      size: 1,
      absent: undefined,
      Video: [{ title: "Two", live: true, secure: false, User: { id: "1" } }],
    },
  };
  assert.equal(
    elementsOf(document),
    '<MediaContainer size="1"><Video title="Two" live="1" secure="0"><User id="1"/></Video>' +
      "</MediaContainer>",
  );
});

Deno.test("Metadata is four different elements in XML", () => {
  const names = Object.entries({
    movie: "Video",
    episode: "Video",
    clip: "Video",
    show: "Directory",
    season: "Directory",
    artist: "Directory",
    album: "Directory",
    track: "Track",
    photo: "Photo",
  });
  for (const [type, name] of names) {
    const document = container("Metadata", [{ type, key: "/library/metadata/1" }]);
    assert.ok(elementsOf(document).includes(`<${name} type="${type}"`), type);
  }
  const album = container("Metadata", [{ type: "photo", key: "/library/metadata/1/children" }]);
  assert.ok(elementsOf(album).includes("<Directory "));
});

Deno.test("characters that end an attribute are escaped in XML", () => {
  assert.equal(
    elementsOf({ Response: { title: 'a "b" <c> & d\ne' } }),
    '<Response title="a &quot;b&quot; &lt;c&gt; &amp; d&#10;e"/>',
  );
});
