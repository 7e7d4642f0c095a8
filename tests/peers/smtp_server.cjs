// nodemailer's smtp-server, taking mail for the mailboxes of a site:
//   node smtp_server.cjs smtp|lmtp SITE HOST DOMAIN USER PASSWORD TOKEN MAILBOX...
// It says its port on standard output.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { SMTPServer } = require("smtp-server");

const [protocol, site, host, domain, user, password, token, ...mailboxes] = process.argv.slice(2);
let taken = 0;

function refusal(code, text) {
    return Object.assign(new Error(text), { responseCode: code });
}

const server = new SMTPServer({
    name: host,
    lmtp: protocol === "lmtp",
    cert: fs.readFileSync(path.join(site, "certificate.pem")),
    key: fs.readFileSync(path.join(site, "key.pem")),
    size: 50_000_000,
    hideDSN: false,
    hideENHANCEDSTATUSCODES: false,
    authOptional: true,
    authMethods: ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"],
    disableReverseLookup: true,
    onAuth(auth, session, done) {
        const proven =
            auth.method === "CRAM-MD5"
                ? auth.validatePassword(password)
                : auth.method === "XOAUTH2"
                  ? auth.accessToken === token
                  : auth.password === password;
        done(...(proven && auth.username === user ? [null, { user }] : [new Error("no, not you")]));
    },
    onRcptTo({ address }, session, done) {
        const [local, of] = address.split("@");
        const known = of === domain && mailboxes.includes(local);
        done(known ? null : refusal(550, `nobody is ${local} here`));
    },
    onData(stream, session, done) {
        const chunks = [];
        stream.on("data", (chunk) => chunks.push(chunk));
        stream.on("end", () => {
            const message = Buffer.concat(chunks);
            taken += 1;
            for (const { address } of session.envelope.rcptTo) {
                const folder = path.join(site, "mail", address.split("@")[0]);
                fs.mkdirSync(path.join(folder, "new"), { recursive: true });
                const whole = path.join(folder, String(taken));
                fs.writeFileSync(whole, message);
                fs.renameSync(whole, path.join(folder, "new", String(taken)));
            }
            done(...(protocol === "lmtp" ? [null, session.envelope.rcptTo.map(() => "taken")] : []));
        });
    },
});
server.on("error", (error) => console.error(String(error)));
server.listen(0, "127.0.0.1", () => console.log(server.server.address().port));
