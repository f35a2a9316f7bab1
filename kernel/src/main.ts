/** Starts the kernel, as Jupyter's kernel description asks: node main.js CONNECTION_FILE, in the notebook's folder. */
import "./optimize-late";
import { connect } from "./connection";
import { loadModulesWhole } from "./module-loading";
import { printPromisesPlainly } from "./promises";
import { serve } from "./server";
import { Session } from "./session";
import { newSharedState } from "./threads";

const connectionFile = process.argv.at(2);
if (connectionFile === undefined) {
  console.error("Give the path of a connection file, as Jupyter does: node main.js CONNECTION_FILE");
  process.exit(2);
}
Error.stackTraceLimit = 50; // a cell's own line may lie under many frames of packages
const endProcess = process.exit.bind(process);
process.exit = refuseToExit;
const state = newSharedState();
loadModulesWhole(state);
printPromisesPlainly();
const connection = connect(connectionFile, state); // the sockets open while the compiler loads
const session = new Session({ folder: process.cwd(), state, send: connection.send });
connection.onWish((wish) => {
  if (wish === "stop") session.stop();
  else endProcess(0);
});
process.on("SIGINT", () => session.stop());
process.on("uncaughtException", (error) => session.showStrayError("An error that nothing waits for", error));
process.on("unhandledRejection", (reason) =>
  session.showStrayError("A promise that nobody awaits failed", reason),
);
serve(connection, session);

/** Takes the place of `process.exit` for the code of cells: programs end with it, a notebook would lose all it has. */
function refuseToExit(): never {
  throw new Error(
    "process.exit would end the kernel, and all variables with it. To begin anew, choose Kernel > Restart Kernel.",
  );
}
