/**
 * The other side of the scrape benchmark, in a process of its own: TARGETS servers with SERIES series each, every value another
 * at each scrape, and a receiver of remote write that counts samples. Prints the ports, the receiver's last, as JSON; for each
 * line that it reads it prints how many samples it has been sent so far.
 */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { uncompressSync } from 'snappy';
import { decodeRequest } from '../../src/formats/remote-write/decode.ts';
import { exposition } from './expositions.ts';

const [targets, series] = process.argv.slice(2).map(Number);
let samples = 0;

function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function startTarget(target: number): Promise<number> {
  let scrape = 0;
  return listen((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(exposition(target, series, scrape++));
  });
}

function startReceiver(): Promise<number> {
  return listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      for (const one of decodeRequest(uncompressSync(Buffer.concat(chunks)) as Buffer)) samples += one.samples.length;
      response.writeHead(204).end();
    });
  });
}

const ports = await Promise.all([...Array.from({ length: targets }, (_, target) => startTarget(target)), startReceiver()]);
process.stdout.write(`${JSON.stringify(ports)}\n`);
process.stdin.on('data', () => process.stdout.write(`${samples}\n`));
