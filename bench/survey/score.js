// Routes and scores stored readings with survey-core in two ways: a model that is given each reading's data, and its
// evaluator of expressions alone. node score.js FORM.json READINGS.json -> {way: {cpu, visible, judged}}
import { readFileSync } from "node:fs";
import { ConditionRunner, Model } from "survey-core";

const WARM = 50;
const [form, readings] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, "utf-8")));
const elements = form.pages[0].elements;
const isJudging = elements.map((element) => element.name.endsWith("_judged"));

const survey = new Model(form);
const questions = survey.getAllQuestions();
function byModel(reading) {
  survey.data = reading;
  return questions.map((question) => question.isVisible);
}

const runners = elements.map((element) => (element.visibleIf ? new ConditionRunner(element.visibleIf) : null));
function byExpressions(reading) {
  return runners.map((runner) => runner === null || runner.runValues(reading));
}

function measured(shown) {
  for (const reading of readings.slice(0, WARM)) shown(reading);
  const judged = Object.fromEntries(elements.filter((_, at) => isJudging[at]).map(({ name }) => [name, [0, 0]]));
  let visible = 0;
  const before = process.cpuUsage();
  for (const reading of readings) {
    shown(reading).forEach((shows, at) => {
      if (!shows) return;
      visible += 1;
      if (isJudging[at]) judged[elements[at].name][reading[elements[at].name] === "yes" ? 0 : 1] += 1;
    });
  }
  const spent = process.cpuUsage(before);
  return { cpu: (spent.user + spent.system) / 1e6, visible, judged };
}

console.log(JSON.stringify({ "its model": measured(byModel), "its expressions alone": measured(byExpressions) }));
