"""What protects people: for now, that whoever reads another person's file leaves a trace."""
