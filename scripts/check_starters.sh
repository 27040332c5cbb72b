#!/usr/bin/env bash
# Runs the tests of the starters for Node and for Java, against the mock of this checkout. The Node starter is installed
# from the package that npm makes of it, and its types are compiled against a program that uses them.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/debian_tools.sh
need_tools node:nodejs npm:npm javac:default-jdk-headless /usr/share/java/junit-platform-console.jar:junit5

export PACSIMILE_COMMAND=${PACSIMILE_COMMAND:-$PWD/.venv/bin/pacsimile}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo 'Node:'
npm pack --silent --pack-destination "$work" ./starters/node > /dev/null
mkdir "$work/node"
cp -r starters/node/test "$work/node"
cat > "$work/node/uses_types.mts" << 'END'
import { start, type World } from "pacsimile-starter";
const mock = await start({ options: ["--seed", "7"] });
const world: World = await mock.world({ scenario: "empty", time: "2100-01-01T08:00:00Z" });
const { order_id } = await world.order({ status: "PROCESSING" });
await world.move(order_id, "finish");
// @ts-expect-error: no order has this status
await world.order({ status: "FINISHED" });
const calls: number = await world.calls("getStatus");
await mock.stop();
export { calls };
END
(
    cd "$work/node"
    npm init --yes > /dev/null
    npm install --no-audit --no-fund --ignore-scripts --loglevel error "$work"/pacsimile-starter-*.tgz typescript@5.9.3
    npx tsc --noEmit --strict --module nodenext --target es2022 uses_types.mts
    node --test test/
)

echo 'Java:'
jars=$(printf '%s:' /usr/share/java/{junit-jupiter-api,junit-jupiter-engine,junit-platform-commons,junit-platform-engine,junit-platform-launcher,junit-platform-console,junit-platform-reporting,opentest4j,apiguardian-api,picocli,univocity-parsers}.jar)
javac -Xlint:all,-classfile,-path -Werror --release 17 -cp "$jars" -d "$work/java" $(find starters/java/src -name '*.java')
java -cp "$jars$work/java" org.junit.platform.console.ConsoleLauncher execute --scan-classpath "$work/java" --disable-banner --details=tree
