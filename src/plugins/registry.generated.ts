// Written by `npm run gen` from the folders beside it. Do not edit.
import type { AggregatorDefinition, InputDefinition, OutputDefinition, ProcessorDefinition, Registry } from '../pipeline/registry.ts';
import { cpu as cpuInput } from './inputs/cpu/plugin.ts';
import { disk as diskInput } from './inputs/disk/plugin.ts';
import { diskio as diskioInput } from './inputs/diskio/plugin.ts';
import { exec as execInput } from './inputs/exec/plugin.ts';
import { execd as execdInput } from './inputs/execd/plugin.ts';
import { file as fileInput } from './inputs/file/plugin.ts';
import { http as httpInput } from './inputs/http/plugin.ts';
import { httpListenerV2 as httpListenerV2Input } from './inputs/http_listener_v2/plugin.ts';
import { influxdbListener as influxdbListenerInput } from './inputs/influxdb_listener/plugin.ts';
import { influxdbV2Listener as influxdbV2ListenerInput } from './inputs/influxdb_v2_listener/plugin.ts';
import { intelPowerstat as intelPowerstatInput } from './inputs/intel_powerstat/plugin.ts';
import { internal as internalInput } from './inputs/internal/plugin.ts';
import { kernel as kernelInput } from './inputs/kernel/plugin.ts';
import { mem as memInput } from './inputs/mem/plugin.ts';
import { net as netInput } from './inputs/net/plugin.ts';
import { processes as processesInput } from './inputs/processes/plugin.ts';
import { prometheus as prometheusInput } from './inputs/prometheus/plugin.ts';
import { replay as replayInput } from './inputs/replay/plugin.ts';
import { scaphandre as scaphandreInput } from './inputs/scaphandre/plugin.ts';
import { socketListener as socketListenerInput } from './inputs/socket_listener/plugin.ts';
import { swap as swapInput } from './inputs/swap/plugin.ts';
import { system as systemInput } from './inputs/system/plugin.ts';
import { tail as tailInput } from './inputs/tail/plugin.ts';
import { carbon as carbonProcessor } from './processors/carbon/plugin.ts';
import { clone as cloneProcessor } from './processors/clone/plugin.ts';
import { converter as converterProcessor } from './processors/converter/plugin.ts';
import { cost as costProcessor } from './processors/cost/plugin.ts';
import { date as dateProcessor } from './processors/date/plugin.ts';
import { dedup as dedupProcessor } from './processors/dedup/plugin.ts';
import { defaults as defaultsProcessor } from './processors/defaults/plugin.ts';
import { energy as energyProcessor } from './processors/energy/plugin.ts';
import { enumProcessor as enumProcessorProcessor } from './processors/enum/plugin.ts';
import { equivalents as equivalentsProcessor } from './processors/equivalents/plugin.ts';
import { filter as filterProcessor } from './processors/filter/plugin.ts';
import { override as overrideProcessor } from './processors/override/plugin.ts';
import { pivot as pivotProcessor } from './processors/pivot/plugin.ts';
import { printer as printerProcessor } from './processors/printer/plugin.ts';
import { regex as regexProcessor } from './processors/regex/plugin.ts';
import { rename as renameProcessor } from './processors/rename/plugin.ts';
import { scale as scaleProcessor } from './processors/scale/plugin.ts';
import { script as scriptProcessor } from './processors/script/plugin.ts';
import { split as splitProcessor } from './processors/split/plugin.ts';
import { starlark as starlarkProcessor } from './processors/starlark/plugin.ts';
import { strings as stringsProcessor } from './processors/strings/plugin.ts';
import { tagLimit as tagLimitProcessor } from './processors/tag_limit/plugin.ts';
import { template as templateProcessor } from './processors/template/plugin.ts';
import { topk as topkProcessor } from './processors/topk/plugin.ts';
import { unpivot as unpivotProcessor } from './processors/unpivot/plugin.ts';
import { basicstats as basicstatsAggregator } from './aggregators/basicstats/plugin.ts';
import { derivative as derivativeAggregator } from './aggregators/derivative/plugin.ts';
import { energy as energyAggregator } from './aggregators/energy/plugin.ts';
import { final as finalAggregator } from './aggregators/final/plugin.ts';
import { histogram as histogramAggregator } from './aggregators/histogram/plugin.ts';
import { merge as mergeAggregator } from './aggregators/merge/plugin.ts';
import { minmax as minmaxAggregator } from './aggregators/minmax/plugin.ts';
import { quantile as quantileAggregator } from './aggregators/quantile/plugin.ts';
import { starlark as starlarkAggregator } from './aggregators/starlark/plugin.ts';
import { valuecounter as valuecounterAggregator } from './aggregators/valuecounter/plugin.ts';
import { console as consoleOutput } from './outputs/console/plugin.ts';
import { discard as discardOutput } from './outputs/discard/plugin.ts';
import { file as fileOutput } from './outputs/file/plugin.ts';
import { http as httpOutput } from './outputs/http/plugin.ts';
import { influxdb as influxdbOutput } from './outputs/influxdb/plugin.ts';
import { influxdbV2 as influxdbV2Output } from './outputs/influxdb_v2/plugin.ts';
import { prometheusClient as prometheusClientOutput } from './outputs/prometheus_client/plugin.ts';
import { prometheusRemoteWrite as prometheusRemoteWriteOutput } from './outputs/prometheus_remote_write/plugin.ts';

/** All plugins there are. */
export const registry: Registry = {
  inputs: new Map<string, InputDefinition>([
    ['cpu', cpuInput],
    ['disk', diskInput],
    ['diskio', diskioInput],
    ['exec', execInput],
    ['execd', execdInput],
    ['file', fileInput],
    ['http', httpInput],
    ['http_listener_v2', httpListenerV2Input],
    ['influxdb_listener', influxdbListenerInput],
    ['influxdb_v2_listener', influxdbV2ListenerInput],
    ['intel_powerstat', intelPowerstatInput],
    ['internal', internalInput],
    ['kernel', kernelInput],
    ['mem', memInput],
    ['net', netInput],
    ['processes', processesInput],
    ['prometheus', prometheusInput],
    ['replay', replayInput],
    ['scaphandre', scaphandreInput],
    ['socket_listener', socketListenerInput],
    ['swap', swapInput],
    ['system', systemInput],
    ['tail', tailInput],
  ]),
  processors: new Map<string, ProcessorDefinition>([
    ['carbon', carbonProcessor],
    ['clone', cloneProcessor],
    ['converter', converterProcessor],
    ['cost', costProcessor],
    ['date', dateProcessor],
    ['dedup', dedupProcessor],
    ['defaults', defaultsProcessor],
    ['energy', energyProcessor],
    ['enum', enumProcessorProcessor],
    ['equivalents', equivalentsProcessor],
    ['filter', filterProcessor],
    ['override', overrideProcessor],
    ['pivot', pivotProcessor],
    ['printer', printerProcessor],
    ['regex', regexProcessor],
    ['rename', renameProcessor],
    ['scale', scaleProcessor],
    ['script', scriptProcessor],
    ['split', splitProcessor],
    ['starlark', starlarkProcessor],
    ['strings', stringsProcessor],
    ['tag_limit', tagLimitProcessor],
    ['template', templateProcessor],
    ['topk', topkProcessor],
    ['unpivot', unpivotProcessor],
  ]),
  aggregators: new Map<string, AggregatorDefinition>([
    ['basicstats', basicstatsAggregator],
    ['derivative', derivativeAggregator],
    ['energy', energyAggregator],
    ['final', finalAggregator],
    ['histogram', histogramAggregator],
    ['merge', mergeAggregator],
    ['minmax', minmaxAggregator],
    ['quantile', quantileAggregator],
    ['starlark', starlarkAggregator],
    ['valuecounter', valuecounterAggregator],
  ]),
  outputs: new Map<string, OutputDefinition>([
    ['console', consoleOutput],
    ['discard', discardOutput],
    ['file', fileOutput],
    ['http', httpOutput],
    ['influxdb', influxdbOutput],
    ['influxdb_v2', influxdbV2Output],
    ['prometheus_client', prometheusClientOutput],
    ['prometheus_remote_write', prometheusRemoteWriteOutput],
  ]),
};
