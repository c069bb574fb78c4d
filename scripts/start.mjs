// `npm start`: from a fresh copy to a page that answers.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { install, nodePath, outlive, rightNode, root, say } from './boot.mjs';

const usage = 'usage: npm start -- [--port N]    (default 3000)';
const host = '127.0.0.1';
const port = readPort();

install();
await rightNode();
await expectFreePort();
const { buildApp, next, nextEnv } = await import('./build-app.mjs');
buildApp();

const server = spawn(nodePath(), [next, 'start', '--hostname', host, '--port', String(port)], {
  cwd: root,
  env: nextEnv,
  stdio: ['ignore', 'pipe', 'inherit'],
});
server.stdout.on('data', announceWhenReady);
await outlive(server);

function announceWhenReady(output) {
  if (!String(output).includes('Ready in')) return;
  server.stdout.off('data', announceWhenReady).resume();
  console.log(`Watchfloor answers at http://${host}:${port}  (Ctrl+C ends it)

Nothing can be triaged in the browser yet: the page says what works so far, which is the
command line. See ./bin/watchfloor --help.`);
}

function readPort() {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string', default: '3000' } } });
    const number = Number(values.port);
    if (Number.isInteger(number) && number > 0 && number < 65536) return number;
    say(`--port ${values.port} is not a port: 1 to 65535.`);
  } catch (error) {
    say(error.message);
  }
  say(usage);
  process.exit(2);
}

/** Before a build of a minute rather than after it. */
function expectFreePort() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', ({ code, message }) => {
      say(code === 'EADDRINUSE' ? `port ${port} is taken.` : message);
      say(`try another: npm start -- --port ${port === 65535 ? 3000 : port + 1}`);
      process.exit(1);
    });
    probe.listen(port, host, () => probe.close(resolve));
  });
}
