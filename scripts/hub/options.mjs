// @ts-check
/** The options of `npm run hub`, read and checked. */
import { cpus, totalmem } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../setup/places.mjs";
import { Problem } from "../setup/problem.mjs";

export const USAGE = `npm run hub -- --users   for a class (as root): a Linux account, a home and a folder for each student
npm run hub -- --try     to try it out, without root: a folder for each, and no protection of one from another

--port 8000              the port; the next two are used too, on this machine alone
--ip 0.0.0.0             opens it to the network (else only this machine reaches it)
--cert FILE --key FILE   serves HTTPS with this certificate
--class-password FILE    the class password, in a file (or in the variable CFG_CLASS_PASSWORD; else asked, or made)
--names FILE             only these names may sign up, one a line
--teacher NAME           who sees all (teacher)
--forget NAME            lets a student who forgot the password sign up again
--memory 3               GB for each student
--threads 1              processors that one kernel computes on
--idle 60                minutes after which idle kernels and servers end
--most 40                students at once
--homes FOLDER           where the homes lie (/home, or students/ in the hub's own folder)
--state FOLDER           the hub's own folder (.hub)
--stop                   ends students' servers, when the hub has ended`;

/**
 * @typedef {object} Options
 * @property {boolean} users @property {boolean} help @property {boolean} stop @property {boolean} cpu
 * @property {number} port @property {string} ip @property {string} [cert] @property {string} [key]
 * @property {string} [classPasswordFile] @property {string} [namesFile] @property {string} teacher
 * @property {string} [forget] @property {number} memory bytes for each student @property {number} processes
 * @property {Record<string, string>} threads variables that say how many @property {number} idleMinutes
 * @property {number} most @property {string} homes @property {string} state
 */

/** @param {string[]} args @returns {Options} @throws Problem */
export function readOptions(args) {
  const text = { type: /** @type {const} */ ("string") };
  const flag = { type: /** @type {const} */ ("boolean"), default: false };
  const { values } = parseArgs({
    args,
    options: {
      ...{ users: flag, try: flag, stop: flag, help: flag, cpu: flag },
      ...{ port: text, ip: text, cert: text, key: text, names: text, teacher: text, forget: text },
      ...{
        "class-password": text,
        memory: text,
        threads: text,
        idle: text,
        most: text,
        homes: text,
        state: text,
      },
    },
  });
  if (values.users && values.try) throw new Problem("Give --users or --try, not both.");
  const isAnother = values.help || values.stop || values.forget !== undefined;
  if (!values.users && !values.try && !isAnother) throw new Problem(`Give --users or --try:\n\n${USAGE}`);
  if ((values.cert === undefined) !== (values.key === undefined))
    throw new Problem("--cert and --key go together.");
  const { teacher = "teacher" } = values;
  if (!/^[a-z][a-z0-9_-]{0,23}$/.test(teacher))
    throw new Problem(
      `--teacher is ${JSON.stringify(teacher)}; give 1 to 24 of the letters a to z, digits, - and _, a letter first.`,
    );
  const state = path.resolve(values.state ?? path.join(ROOT, ".hub"));
  const whole = (/** @type {string} */ name, /** @type {number} */ usual, /** @type {number} */ most) =>
    number(name, values[/** @type {"port"} */ (name)], { usual, least: 1, most, isWhole: true });
  const memory = number("memory", values.memory, { usual: 3, least: 0.5, most: totalmem() / 2 ** 30 });
  return {
    users: values.users,
    help: values.help,
    stop: values.stop,
    cpu: values.cpu,
    port: whole("port", 8000, 65_533),
    ip: values.ip ?? "127.0.0.1",
    cert: values.cert && path.resolve(values.cert),
    key: values.key && path.resolve(values.key),
    classPasswordFile: values["class-password"],
    namesFile: values.names,
    teacher,
    forget: values.forget,
    memory: Math.round(memory * 2 ** 30),
    processes: 300,
    threads: threadVariables(whole("threads", cpus().length > 4 ? 2 : 1, cpus().length)),
    idleMinutes: number("idle", values.idle, { usual: 60, least: 0.05, most: 100_000 }),
    most: whole("most", 40, 10_000),
    homes: path.resolve(values.homes ?? (values.users ? "/home" : path.join(state, "students"))),
    state,
  };
}

/**
 * @param {string} name @param {string | undefined} given
 * @param {{ usual: number, least: number, most: number, isWhole?: boolean }} range
 */
function number(name, given, { usual, least, most, isWhole = false }) {
  if (given === undefined) return usual;
  const value = Number(given);
  if (given.trim() !== "" && value >= least && value <= most && (!isWhole || Number.isInteger(value)))
    return value;
  throw new Problem(
    `--${name} is ${given}; give a ${isWhole ? "whole " : ""}number from ${least} to ${Math.floor(most)}.`,
  );
}

/** What TensorFlow and its parts read. @param {number} threads */
const threadVariables = (threads) =>
  Object.fromEntries(
    ["TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"].map((name) => [
      name,
      String(threads),
    ]),
  );
