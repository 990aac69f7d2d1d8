// Zoom's own library as a client and a receiver: a line of JSON in for each call, a line out for each answer.
import { createInterface } from "node:readline";
import { MeetingsS2SAuthClient } from "@zoom/rivet/meetings";
import { UsersS2SAuthClient } from "@zoom/rivet/users";
import axios from "axios"; // the library's own

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const [api, oauth] = [process.env.ZOOM_API_URL, process.env.ZOOM_OAUTH_URL];
// The library asks for tokens at zoom.us and nowhere else.
axios.interceptors.request.use((request) =>
  request.url === "https://zoom.us/oauth/token" ? { ...request, url: oauth } : request
);
const app = {
  accountId: process.env.ZOOM_ACCOUNT_ID,
  clientId: process.env.ZOOM_CLIENT_ID,
  clientSecret: process.env.ZOOM_CLIENT_SECRET,
  baseUrl: api
};
const meetings = new MeetingsS2SAuthClient({
  ...app,
  webhooksSecretToken: process.env.ZOOM_WEBHOOK_SECRET,
  port: Number(process.env.PORT)
});
const users = new UsersS2SAuthClient({ ...app, disableReceiver: true });
const clients = { meetings: meetings.endpoints.meetings, users: users.endpoints.users };

for (const event of process.env.EVENTS.split(","))
  meetings.webEventConsumer.event(event, (told) => say({ event, payload: told.payload }));
await meetings.start();
say({ listens: true });

for await (const line of createInterface({ input: process.stdin })) {
  const { of, call, ...sent } = JSON.parse(line);
  try {
    const { statusCode, data } = await clients[of][call](sent);
    say({ answer: { status: statusCode, data: data ?? null } });
  } catch (refused) {
    say({ answer: { refused: refused.name, said: refused.message, ...refused } });
  }
}
process.exit(0);
