"""The course's JupyterHub: who may log in, how a student's server starts, what it may use, what a teacher sees."""
