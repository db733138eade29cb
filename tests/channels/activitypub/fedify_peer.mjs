// An independent server's reading and writing. Run in the folder where @fedify/fedify is installed,
// with our documents on standard input. Prints how it reads each, and two requests of its own.
import { readFileSync } from "node:fs";

// It is written for Node 22; this is all that 20 lacks of it here.
ArrayBuffer.prototype.transfer ??= function (size = this.byteLength) {
  const longer = new ArrayBuffer(size);
  new Uint8Array(longer).set(new Uint8Array(this).subarray(0, size));
  return longer;
};
const sig = await import("@fedify/fedify/sig");
const vocab = await import("@fedify/fedify/vocab");

const { documents, key, requests } = JSON.parse(readFileSync(0));

const read = {};
for (const [name, document] of Object.entries(documents)) {
  const whole = await vocab.Object.fromJsonLd(document);
  const told = { type: whole.constructor.name, id: whole.id.href };
  if (whole instanceof vocab.Activity) {
    const inner = await whole.getObject({ crossOrigin: "trust" });
    Object.assign(told, {
      actor: whole.actorId.href, to: whole.toIds.map(String), cc: whole.ccIds.map(String),
      object: inner.constructor.name,
    });
    if (inner instanceof vocab.Note) {
      told.content = String(inner.content);
      told.summary = inner.summary?.toString() ?? null;
      told.reply = inner.replyTargetId?.href ?? null;
      told.tags = [];
      for await (const tag of inner.getTags()) told.tags.push([tag.constructor.name, `${tag.name}`, tag.href?.href]);
      told.files = [];
      for await (const file of inner.getAttachments()) told.files.push([`${file.name}`, file.mediaType]);
    }
  } else {
    told.username = whole.preferredUsername.toString();
    told.inbox = whole.inboxId.href;
    told.shared = whole.endpoints.sharedInbox.href;
    told.algorithm = (await whole.getPublicKey()).publicKey.algorithm.name;
  }
  read[name] = told;
}

const pair = await sig.generateCryptoKeyPair("RSASSA-PKCS1-v1_5");
const pem = Buffer.from(await crypto.subtle.exportKey("spki", pair.publicKey)).toString("base64");
const actor = new URL("https://fedify.example/users/cleo");
const us = new URL(requests.us);
const note = new vocab.Note({
  id: new URL("https://fedify.example/notes/1"), attribution: actor,
  to: vocab.PUBLIC_COLLECTION, ccs: [us],
  contents: ["<p>My parcel has not come</p>"],
  tags: [new vocab.Mention({ href: us, name: "@support@brand.example" })],
});
const create = new vocab.Create({
  id: new URL("https://fedify.example/notes/1#create"), actor, object: note,
  to: vocab.PUBLIC_COLLECTION, ccs: [us],
});
const signed = [];
for (const [spec, format] of [["draft-cavage-http-signatures-12", "compact"], ["rfc9421", "expand"]]) {
  const body = JSON.stringify(await create.toJsonLd({ format }));
  const request = await sig.signRequest(
    new Request(requests.inbox, {
      method: "POST", body, headers: { "content-type": "application/activity+json" },
    }),
    pair.privateKey, new URL(`${actor.href}#main-key`), { spec },
  );
  signed.push({ headers: Object.fromEntries(request.headers), body });
}

const pemOf = (text) => Buffer.from(text.replace(/-----[^-]+-----|\s/g, ""), "base64");
const ours = await crypto.subtle.importKey(
  "spki", pemOf(key.pem), { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, true, ["verify"],
);
const verified = [];
for (const request of requests.ours) {
  const found = await sig.verifyRequest(
    new Request(request.url, { method: "POST", headers: request.headers, body: request.body }),
    {
      documentLoader: async (url) => ({ document: documents.profile, documentUrl: url, contextUrl: null }),
      contextLoader: undefined,
      keyCache: {
        get: async () => new vocab.CryptographicKey({
          id: new URL(key.id), owner: new URL(requests.us), publicKey: ours,
        }),
        set: async () => {},
      },
    },
  );
  verified.push(found?.id?.href ?? null);
}
console.log(JSON.stringify({ read, pem, signed, verified }));
