import type { FieldTable } from './field-types';

/**
 * Fields beyond ECS that detection rules use, as Elastic's Windows integration, Winlogbeat and Elastic Defend map them
 * by their public documentation. In the form of `ECS_FIELDS`.
 */
export const INTEGRATION_FIELDS: FieldTable = {
  keyword: `
  winlog: activity_id api channel computer_name event_id keywords level opcode outcome provider_guid
    provider_name record_id related_activity_id symbolic_id task
  winlog.computerObject: domain id name
  winlog.logon: id type
  winlog.logon.failure: reason status sub_status
  winlog.user: domain identifier name type
  winlog: trustAttribute trustDirection trustType
  powershell: id pipeline_id runspace_id
  powershell.command: name path type value
  powershell.connected_user: domain name
  powershell.engine: new_state previous_state version
  powershell.file: script_block_hash script_block_id
  powershell.process: executable_version
  powershell.provider: name new_state
  sysmon.dns: status
  process.Ext: ancestry architecture authentication_id defense_evasions protection services session
  process.Ext.api: behaviors name summary
  process.Ext.api.metadata: target_address_name target_address_path
  process.Ext.api.parameters: allocation_type app_name consumer_type desired_access device filter
    handle_type operation protection protection_old query usage usage_page
  process.Ext.code_signature: status subject_name
  process.Ext.device: bus_type product_id serial_number vendor_id volume_device_type
  process.Ext.effective_parent: entity_id executable name
  process.Ext.load_module: taint_flags
  process.Ext.session_info: authentication_package logon_process_name logon_type user_flags
  process.Ext.token: domain elevation_level elevation_type impersonation_level integrity_level_name
    security_attributes sid type user
  process.parent.Ext: architecture protection user
  process.parent.Ext.code_signature: status subject_name
  process.parent.Ext.real: name executable
  process.parent.Ext.token: elevation_type integrity_level_name
  process.thread.Ext: call_stack_summary start_address_module start_address_details
  process.thread.Ext.call_stack: module_path protection symbol_info
  process.thread.Ext.call_stack_final_hook_module: name path reason protection
  process.thread.Ext.call_stack_final_user_module: name path protection protection_provenance
    protection_provenance_path reason
  process.thread.Ext.call_stack_final_user_module.code_signature: status subject_name
  dll.Ext: defense_evasions
  dll.Ext.code_signature: status subject_name
  dll.Ext.device: bus_type product_id serial_number vendor_id volume_device_type
  file.Ext: header_bytes
  file.Ext.code_signature: status subject_name
  file.Ext.device: bus_type product_id serial_number vendor_id volume_device_type
  file.Ext.original: extension gid group mode name owner path uid
  file.Ext.windows: zone_identifier
  dns.Ext: options
  user.Ext.real: id name
  group.Ext.real: id name
  Effective_process: entity_id executable name
  Effective_process.code_signature: signing_id status subject_name team_id
  Persistence: args executable name path
  Target.process: args entity_id executable name working_directory
  Target.process.Ext: ancestry architecture protection
  Target.process.Ext.token: integrity_level_name user
  Target.process.code_signature: signing_id status subject_name team_id
  Target.process.hash: md5 sha1 sha256
  Target.process.parent: entity_id executable name
  Target.process.pe: original_file_name
  Target.dll: name path
  Target.dll.code_signature: status subject_name
  Target.dll.hash: md5 sha1 sha256
  event.Ext.correlation: id
`,
  wildcard: `
  Target.process: command_line
  Target.process.parent: command_line
`,
  text: `
  powershell.file: script_block_text
  file.Ext: header_data
`,
  boolean: `
  sysmon.file: archived is_executable
  process.Ext: created_suspended trusted trusted_descendant
  process.Ext.api.metadata: client_is_local
  process.Ext.code_signature: exists trusted valid
  process.Ext.token: elevation is_appcontainer
  process.parent.Ext.code_signature: exists trusted valid
  process.parent.Ext.token: elevation is_appcontainer
  process.thread.Ext: call_stack_contains_unbacked hardware_breakpoint_set
  process.thread.Ext.call_stack_final_user_module.code_signature: exists trusted valid
  dll.Ext.code_signature: exists trusted valid
  file.Ext: quarantine_result
  file.Ext.code_signature: exists trusted valid
  Effective_process.code_signature: exists trusted
  Persistence: keepalive runatload
  Target.dll.code_signature: exists trusted valid
  Target.process.code_signature: exists trusted valid
`,
  long: `
  winlog: version
  winlog.process: pid
  winlog.process.thread: id
  powershell: sequence total
  powershell.file: script_block_length script_block_unique_symbols
  problemchild: prediction
  process: ppid
  process.parent: ppid
  process.Ext.api.parameters: desired_access_numeric
  process.Ext.effective_parent: pid
  process.Ext.load_module: taints
  process.Ext.token: integrity_level
  process.parent.Ext.real: pid
  process.parent.Ext.token: integrity_level
  process.thread.Ext: uptime
  Effective_process: pid
  Target.process: args_count exit_code pid ppid uptime
  Target.process.Ext.token: integrity_level
  Target.process.parent: pid ppid
`,
  unsigned_long: `
  process.Ext.api.metadata: background_callcount client_process_id ms_since_last_keyevent
    return_value visible_windows_count windows_count
  process.Ext.api.parameters: address argument1 argument2 argument3 procedure size
  process.Ext.session_info: id
  process.thread.Ext: original_start_address start_address
  process.thread.Ext.call_stack: allocation_private_bytes
  process.thread.Ext.call_stack_final_user_module: allocation_private_bytes
  dll.Ext: load_index mapped_address mapped_size size
  file.Ext: monotonic_id
`,
  float: `
  problemchild: prediction_probability
`,
  double: `
  powershell.file: script_block_entropy_bits script_block_surprisal_stdev
  process.Ext: relative_file_creation_time relative_file_name_modify_time
  process.Ext.session_info: relative_logon_time relative_password_age
  dll.Ext: relative_file_creation_time relative_file_name_modify_time
  file.Ext: entropy entry_modified
`,
  date: `
  winlog: time_created
  dll.Ext: compile_time
  process.thread.Ext: start
  Target.process: start
`,
};

/** Fields with a sub-field `caseless`: a keyword whose normalizer folds case. */
export const FIELDS_WITH_CASELESS = `
  file: path target_path
  host.os: full name
  process: command_line executable name working_directory
  process.entry_leader: command_line executable name working_directory
  process.group_leader: command_line executable name working_directory
  process.parent: command_line executable name working_directory
  process.previous: executable
  process.session_leader: command_line executable name working_directory
  Target.process: command_line executable name working_directory
  Target.process.parent: command_line executable name
`;

/** Objects whose fields may have any name: each is a keyword. */
export const KEYWORD_OBJECTS = [
  'labels',
  'container.labels',
  'winlog.event_data',
  'winlog.user_data',
] as const;
